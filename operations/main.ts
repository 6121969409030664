import { Command } from "commander";
import { createContext, type Context } from "../provisioners/context";
import { explain } from "../provisioners/explain";
import { runCommand } from "../reporting/command";
import { stepLog } from "../reporting/steps";
import { compare } from "./compare";
import { loadDeployment, type Deployment } from "./deployment";
import { repair } from "./repair";
import { renderStatus } from "./report";
import { retire } from "./retire";
import { takeSnapshot, type Snapshot } from "./snapshot";

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";

/** Alike for all three: what a pipeline wants to tell apart is drift and not knowing. */
const EXIT = { inStep: 0, couldNotTell: 1, drift: 2 } as const;

const EXIT_CODES = `
ENVIRONMENT chooses the settings file (default dev), POLICY_SET another policy set than the settings'.
Exit code: 0 in step with the repository, 2 not in step, 1 could not tell or could not be done.`;

const program = new Command("policy")
  .description("Compares a deployment's policy engine, gateway and policies with this repository, and puts them back.")
  .addHelpText("after", EXIT_CODES);

program
  .command("status")
  .description("Says what is not as the repository says; changes nothing.")
  .option("--json", "print the result as JSON")
  .addHelpText("after", EXIT_CODES)
  .action((flags: { json?: boolean }) => run(async (deployment, _, look) => report(deployment, await look(), flags)));

program
  .command("repair")
  .description(
    "Puts back what is not as the repository says, without a moment of too much or too little, and looks again.",
  )
  .option("--delete-unmanaged <name...>", "also delete these policies, which this deployment did not make", [])
  .option("--json", "print what is left as JSON")
  .addHelpText("after", EXIT_CODES)
  .action((flags: { json?: boolean; deleteUnmanaged: string[] }) =>
    run(async (deployment, context, look) => {
      const snapshot = await look();
      const isAsked = flags.deleteUnmanaged.length > 0;
      if (isAsked || compare(deployment, snapshot).length > 0)
        await repair(context, deployment, snapshot, flags.deleteUnmanaged);
      return report(deployment, await look(), flags);
    }),
  );

program
  .command("retire")
  .description("Takes the policy engine away for good: for a gateway that is to go on without one, and has no targets.")
  .requiredOption("--confirm <engine>", "the engine's name, typed out")
  .action((flags: { confirm: string }) =>
    run(async (deployment, context, look) => {
      await retire(context, deployment, await look(), flags.confirm);
      return EXIT.inStep;
    }),
  );

type Body = (deployment: Deployment, context: Context, look: () => Promise<Snapshot>) => Promise<number>;

function run(body: Body): Promise<void> {
  const codes = { mistake: EXIT.couldNotTell, broken: EXIT.couldNotTell };
  return runCommand(async () => {
    const deployment = loadDeployment();
    const { region, assumeRoleArn = "" } = deployment.settings;
    const log = stepLog((line) => process.stderr.write(`${line}\n`));
    const context = createContext({ region, assumeRoleArn, log });
    try {
      return await body(deployment, context, () => takeSnapshot(context, deployment.names));
    } catch (error) {
      throw explain(error);
    }
  }, codes);
}

function report(deployment: Deployment, snapshot: Snapshot, { json }: { json?: boolean }): number {
  const { name, environment, region } = deployment.settings;
  const findings = compare(deployment, snapshot);
  const inStep = findings.length === 0;
  process.stdout.write(
    json
      ? `${JSON.stringify({ deployment: name, environment, region, inStep, findings }, null, 2)}\n`
      : renderStatus(`${name} (${environment}, ${region})`, findings),
  );
  return inStep ? EXIT.inStep : EXIT.drift;
}

void program.parseAsync();
