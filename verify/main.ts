import { Command } from "commander";
import { loadPolicySet } from "../cedar/policy-set";
import { discoverTools } from "../lambdas/discover";
import { explain, isWithoutCredentials } from "../provisioners/explain";
import { EXIT, messageOf, runCommand } from "../reporting/command";
import { throwIfAny } from "../reporting/problem";
import { stepLog } from "../reporting/steps";
import { settingsFromEnvironment, type Settings } from "../settings/load";
import { policySetFolder } from "../settings/policy-sets";
import { parseExpectations, type Expectation } from "./expectations";
import { renderDenials, renderTable } from "./report";
import { namedUsers, usersToAsk } from "./users";
import { verifyDeployment, type Verification } from "./verify";

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";

interface Flags {
  readonly name?: string;
  readonly region?: string;
  readonly user: string[];
  readonly expect: string[];
  readonly json?: boolean;
}

const collect = (value: string, all: string[]) => [...all, value];

const program = new Command("verify")
  .description("Shows which tools users may see and call through the gateway of a deployment, and why.")
  .option("--name <name>", "the deployment's name; default: the settings' name")
  .option("--region <code>", "where it is; default: the settings' region")
  .option(
    "--user <sub>",
    "a user to ask for, repeatable; default: all with a label in the settings, one of each other group, and an unknown one",
    collect,
    [],
  )
  .option(
    "--expect <user:tool=verdict>",
    "fail unless this holds; user is a sub or a label, verdict allow or deny; repeatable",
    collect,
    [],
  )
  .option("--json", "print the result as JSON")
  .addHelpText(
    "after",
    `
Every answer of the gateway is compared with what the policy set in this folder says, as well.

ENVIRONMENT chooses the settings file (default dev), POLICY_SET another policy set than the settings'.
Exit code: 0 all as expected, 1 something is not, 2 the set-up does not work.

Example: npm run verify -- --expect guest:sample-tool-target___text_analysis_tool=deny`,
  );

void runCommand(async () => {
  const flags = program.parse().opts<Flags>();
  const settings = settingsFromEnvironment();
  const verification = await verify(settings, flags, parseExpectations(flags.expect));
  print(verification, flags);
  return verification.findings.length === 0 ? EXIT.good : EXIT.finding;
});

async function verify(settings: Settings, flags: Flags, expectations: readonly Expectation[]) {
  const { statements, problems } = loadPolicySet(policySetFolder(settings.policySet));
  throwIfAny("the policy set is not usable", problems);
  try {
    return await verifyDeployment({
      name: flags.name ?? settings.name,
      region: flags.region ?? settings.region,
      assumeRoleArn: settings.assumeRoleArn ?? "",
      mode: settings.policyEngine.mode,
      users: flags.user.length > 0 ? namedUsers(flags.user, settings.claims) : usersToAsk(settings.claims),
      statements,
      targets: discoverTools().map(({ target }) => target),
      expectations,
      log: stepLog((line) => process.stderr.write(`${line}\n`)),
    });
  } catch (error) {
    throw isWithoutCredentials(error) ? withoutCredentials(error) : explain(error);
  }
}

const withoutCredentials = (error: unknown) =>
  new Error(
    [
      "there are no valid AWS credentials",
      `  AWS said: ${messageOf(error)}`,
      "  next:     set them in the environment (AWS_PROFILE, SSO, or variables), then run this again",
    ].join("\n"),
  );

function print(verification: Verification, { json }: Flags): void {
  if (json) {
    process.stdout.write(`${JSON.stringify(verification, null, 2)}\n`);
    return;
  }
  const findings = verification.findings.map((finding) => `not as expected: ${finding}`);
  process.stdout.write(`${[renderTable(verification), ...renderDenials(verification), ...findings].join("\n")}\n`);
}
