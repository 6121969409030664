import { writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import path from "node:path";
import { Command } from "commander";
import { EXIT, messageOf, runCommand } from "../reporting/command";
import { UserError, suggest } from "../reporting/problem";
import { stepLog } from "../reporting/steps";
import type { Benchmark } from "./benchmark";
import { fillDocument } from "./document";
import { deployment } from "./deployment";
import { gateway } from "./gateway";
import { policyUpdate } from "./policy-update";
import { preToken } from "./pre-token";
import { aboutInWords, toJson, toMarkdown, type Measurement } from "./report";
import { synth } from "./synth";

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";

const DOCUMENT = path.resolve(__dirname, "../docs/BENCHMARKS.md");
const BENCHMARKS: readonly Benchmark[] = [policyUpdate, deployment, preToken, gateway, synth];

interface Flags {
  readonly quick?: boolean;
  readonly only: string[];
  readonly json?: string;
  readonly document?: boolean;
}

const program = new Command("bench")
  .description("Measures what the project does, each figure beside a reference of the same run, on the offline AWS.")
  .option("--quick", "small sizes, about a minute: shows that all of it works")
  .option("--only <name>", "one benchmark alone, repeatable", (name: string, all: string[]) => [...all, name], [])
  .option("--json <file>", "write the figures there as JSON as well")
  .option("--document", "put the tables into docs/BENCHMARKS.md as well")
  .addHelpText(
    "after",
    `
Benchmarks: ${BENCHMARKS.map(({ name }) => name).join(", ")}

Exit code: 0 good, 1 a wrong decision or a deny window, 2 a benchmark could not run. No time makes it fail.`,
  );

void runCommand(async () => {
  const { quick = false, only, json, document } = program.parse().opts<Flags>();
  const log = stepLog((line) => process.stderr.write(`${line}\n`));
  const [load = 0] = loadavg();
  const about = { date: new Date().toISOString(), node: process.version, cpus: cpus().length, load, quick };
  const measurements: Measurement[] = [];
  const broken: string[] = [];
  for (const { name, title, run } of chosen(only)) {
    log.step(title);
    const step = (message: string) => log.step(`  ${message}`);
    try {
      measurements.push({ name, title, ...(await run({ quick, log: { step } })) });
    } catch (error) {
      broken.push(`${name}: ${messageOf(error)}`);
    }
  }
  if (json) writeFileSync(json, toJson(measurements, about));
  const tables = `${aboutInWords(about)}\n\n${toMarkdown(measurements)}`;
  if (document && broken.length === 0) fillDocument(DOCUMENT, tables);
  process.stdout.write(`${tables}\n`);
  const wrong = measurements.flatMap((measurement) => measurement.wrong);
  for (const line of wrong) process.stderr.write(`wrong: ${line}\n`);
  for (const line of broken) process.stderr.write(`error: ${line}\n`);
  if (broken.length > 0) return EXIT.broken;
  return wrong.length === 0 ? EXIT.good : EXIT.finding;
});

function chosen(only: readonly string[]): readonly Benchmark[] {
  const names = BENCHMARKS.map(({ name }) => name);
  const unknown = only.filter((name) => !names.includes(name));
  if (unknown.length > 0) {
    throw new UserError(
      "there is no such benchmark",
      unknown.map((value) => ({
        where: "--only",
        what: "unknown name",
        value,
        limit: names.join(", "),
        fix: suggest(value, names) ? `did you mean ${suggest(value, names)}?` : undefined,
      })),
    );
  }
  return only.length > 0 ? BENCHMARKS.filter(({ name }) => only.includes(name)) : BENCHMARKS;
}
