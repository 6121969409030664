import { rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Command, Option } from "commander";
import { runCommand } from "../reporting/command";
import { LATENCY, type LatencyName } from "./core/latency";
import { parsePort } from "./port";
import { OfflineAws } from "./offline-aws";
import { shellScript } from "./shell-script";

interface Flags {
  readonly port: number;
  readonly latency: LatencyName;
  readonly region: string;
  readonly stacks: string;
  readonly shellFile?: string;
}

/** So that a shell's profiles cannot lead elsewhere. */
const NO_PROFILES = { AWS_CONFIG_FILE: "/dev/null", AWS_SHARED_CREDENTIALS_FILE: "/dev/null" };

const program = new Command("local:aws")
  .description("Starts the offline AWS alone, prints one line of JSON with what a client needs, and stays up.")
  .option("--port <number>", "port to listen on; 0 takes any that is free", parsePort, 0)
  .addOption(new Option("--latency <profile>", "how long AWS takes").choices(Object.keys(LATENCY)).default("none"))
  .option("--region <code>", "AWS region to stand in for", "us-east-1")
  .option("--stacks <folder>", "where CDKTF puts the stacks that will be deployed", "cdktf.out/stacks")
  .option("--shell-file <file>", "also write a shell script that points a shell at it");

void runCommand(async () => {
  const { port, latency, region, stacks, shellFile } = program.parse().opts<Flags>();
  const aws = await OfflineAws.start({ port, latency, region, moduleDirectories: [path.resolve(stacks, "*")] });
  try {
    // It holds the keys of this offline AWS: for its owner only, and gone when that is.
    if (shellFile !== undefined)
      writeFileSync(shellFile, shellScript({ ...aws.environment(), ...NO_PROFILES }), { mode: 0o600 });
    process.stdout.write(
      `${JSON.stringify({ endpoint: aws.endpoint, caFile: aws.caFile, environment: aws.environment() })}\n`,
    );
    await new Promise<void>((resolve) => {
      for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, resolve);
    });
  } finally {
    await aws.close();
    if (shellFile !== undefined) rmSync(shellFile, { force: true });
  }
});
