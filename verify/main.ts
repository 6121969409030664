import path from "node:path";
import { Command } from "commander";
import { loadPolicySet } from "../cedar/policy-set";
import { discoverTools } from "../lambdas/discover";
import { explain } from "../provisioners/explain";
import { EXIT, runCommand } from "../reporting/command";
import { throwIfAny } from "../reporting/problem";
import { stepLog } from "../reporting/steps";
import { settingsFromEnvironment, type Settings } from "../settings/load";
import { parseExpectations } from "./expect";
import { renderDenials, renderTable } from "./report";
import { unknownUser, verifyDeployment, type Verification } from "./verify";

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";

interface Flags {
  readonly user: string[];
  readonly expect: string[];
  readonly json?: boolean;
}

const collect = (value: string, all: string[]) => [...all, value];

const program = new Command("verify")
  .description("Shows which tools users may see and call through the gateway of a deployment, and why.")
  .option(
    "--user <sub>",
    "a user to ask for, repeatable; default: one per group of the settings, and an unknown one",
    collect,
    [],
  )
  .option(
    "--expect <user:tool=verdict>",
    "fail unless this holds; user is a sub or a department, verdict allow or deny; repeatable",
    collect,
    [],
  )
  .option("--json", "print the result as JSON")
  .addHelpText(
    "after",
    "\nENVIRONMENT chooses the settings file (default dev).\nExit code: 0 all as expected, 1 something is not, 2 the set-up does not work.",
  );

void runCommand(async () => {
  const flags = program.parse().opts<Flags>();
  const settings = settingsFromEnvironment();
  const expectations = parseExpectations(flags.expect);
  const verification = await verify(settings, flags, expectations);
  print(verification, flags);
  return verification.findings.length === 0 ? EXIT.good : EXIT.finding;
});

async function verify(settings: Settings, flags: Flags, expectations: ReturnType<typeof parseExpectations>) {
  const { statements, problems } = loadPolicySet(path.resolve(__dirname, "..", "policies", settings.policySet));
  throwIfAny("the policy set is not usable", problems);
  try {
    return await verifyDeployment({
      name: settings.name,
      region: settings.region,
      assumeRoleArn: settings.assumeRoleArn,
      users: flags.user.length > 0 ? flags.user : usersToAsk(settings),
      statements,
      targets: discoverTools().map(({ target }) => target),
      expectations,
      log: stepLog((line) => process.stderr.write(`${line}\n`)),
    });
  } catch (error) {
    throw explain(error);
  }
}

/** The first user of each group in the directory, and one whom the directory does not know. */
function usersToAsk({ claims }: Settings): string[] {
  const firstOf = new Map<string, string>();
  for (const [user, { department, role }] of Object.entries(claims.users)) {
    const group = `${department}/${role}`;
    if (!firstOf.has(group)) firstOf.set(group, user);
  }
  return [...firstOf.values(), unknownUser()];
}

function print(verification: Verification, { json }: Flags): void {
  const { findings } = verification;
  if (json) {
    process.stdout.write(`${JSON.stringify(verification, null, 2)}\n`);
    return;
  }
  process.stdout.write(`${renderTable(verification)}\n`);
  for (const denial of renderDenials(verification)) process.stdout.write(`${denial}\n`);
  for (const finding of findings) process.stdout.write(`not as expected: ${finding}\n`);
}
