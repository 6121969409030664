import { Command, Option } from "commander";
import { runCommand } from "../reporting/command";
import { stepLog } from "../reporting/steps";
import { LATENCY } from "./core/latency";
import { parsePort } from "./port";
import { LocalRun, type LocalRunOptions } from "./local-run";

const program = new Command("local")
  .description("Deploys both stacks to an AWS on this machine, shows who may call what, and takes all down again.")
  .option("--keep", "stay up afterwards, and say what to try next")
  .option("--policy-set <folder>", "a folder below policies/ instead of the one in the settings")
  .addOption(new Option("--latency <profile>", "how long AWS takes").choices(Object.keys(LATENCY)).default("none"))
  .option("--port <number>", "port of the offline AWS; 0 takes any that is free", parsePort, 0);

void runCommand(() => {
  const log = stepLog((line) => process.stdout.write(`${line}\n`));
  return LocalRun.start(program.parse().opts<LocalRunOptions>(), log);
});
