import { runCommand } from "./reporting/command";
import { createApp } from "./stacks/app";
import { loadProject, warningsOf } from "./stacks/project";

/** Writes the Terraform configuration of both stacks to cdktf.out, as `cdktf synth` does by calling this. */
void runCommand(async () => {
  const project = loadProject();
  for (const warning of warningsOf(project)) process.stderr.write(`warning: ${warning}\n`);
  createApp(project).synth();
});
