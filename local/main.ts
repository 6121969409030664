import path from "node:path";
import { Command, Option } from "commander";
import { runCommand } from "../reporting/command";
import { LATENCY, type LatencyName } from "./core/latency";
import { parsePort } from "./port";
import { OfflineAws } from "./offline-aws";

interface Flags {
  readonly port: number;
  readonly latency: LatencyName;
  readonly region: string;
  readonly stacks: string;
}

const program = new Command("local:aws")
  .description("Starts the offline AWS alone, prints one line of JSON with what a client needs, and stays up.")
  .option("--port <number>", "port to listen on; 0 takes any that is free", parsePort, 0)
  .addOption(new Option("--latency <profile>", "how long AWS takes").choices(Object.keys(LATENCY)).default("none"))
  .option("--region <code>", "AWS region to stand in for", "us-east-1")
  .option("--stacks <folder>", "where CDKTF puts the stacks that will be deployed", "cdktf.out/stacks");

void runCommand(async () => {
  const { port, latency, region, stacks } = program.parse().opts<Flags>();
  const aws = await OfflineAws.start({ port, latency, region, moduleDirectories: [path.resolve(stacks, "*")] });
  process.stdout.write(
    `${JSON.stringify({ endpoint: aws.endpoint, caFile: aws.caFile, environment: aws.environment() })}\n`,
  );
  await new Promise<void>((resolve) => {
    process.once("SIGINT", resolve);
    process.once("SIGTERM", resolve);
  });
  await aws.close();
});
