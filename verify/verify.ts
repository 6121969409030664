import { randomUUID } from "node:crypto";
import { type Statement } from "../cedar/policy-set";
import type { ToolTarget } from "../cedar/tools";
import { listPolicies } from "../provisioners/aws/policies";
import { createContext } from "../provisioners/context";
import type { StepLog } from "../reporting/steps";
import { gatewayScopes, namesFor } from "../settings/names";
import { findDeployment, type Deployment } from "./deployment";
import { Judge, type Expectation, type Judgement, type Verdict } from "./expect";
import { GatewaySession, type Outcome } from "./gateway-session";
import { TokenSource, type MachineToken } from "./machine-token";
import { sampleInput } from "./sample-input";

export interface VerifyOptions {
  readonly name: string;
  readonly region: string;
  readonly assumeRoleArn?: string;
  /** Users to ask for, by `sub`. */
  readonly users: readonly string[];
  /** What the repository says: its policy set and its tools. */
  readonly statements: readonly Statement[];
  readonly targets: readonly ToolTarget[];
  readonly expectations: readonly Expectation[];
  readonly log: StepLog;
}

/** What one user may do with one tool. */
export interface ToolFinding {
  readonly tool: string;
  readonly listed: boolean;
  readonly outcome: Outcome;
  /** By the policies that are live in the engine. */
  readonly judged: Judgement;
  readonly expected: Verdict;
}

export interface UserFinding {
  /** The department that the token carries, or `no claims`. */
  readonly label: string;
  /** The start of the user's `sub`. */
  readonly user: string;
  readonly claims: Readonly<Record<string, unknown>>;
  readonly tools: readonly ToolFinding[];
}

export interface Verification {
  readonly users: readonly UserFinding[];
  /** What does not hold, in words; empty when all is as it should be. */
  readonly findings: readonly string[];
}

/** A user whom no directory can know: shows what the default group may do. */
export const unknownUser = () => randomUUID();

/**
 * Asks a deployment what each user may see and call, and compares its answers with what the repository's
 * policy set says and with explicit expectations. Throws UserError when there is no such deployment.
 */
export async function verifyDeployment(options: VerifyOptions): Promise<Verification> {
  const { log, region, assumeRoleArn = "" } = options;
  const names = namesFor(options.name);
  const deployment = await findDeployment(names, { region, assumeRoleArn });
  log.step(`found gateway ${deployment.gateway.gatewayId}`);
  const judges = await judgesFor(deployment, options);
  const source = await TokenSource.open(deployment, gatewayScopes(names));
  const users: UserFinding[] = [];
  for (const user of options.users) {
    const token = await source.tokenFor(user);
    users.push(await askForUser(deployment, user, token, judges, options.targets));
    log.step(`asked for ${users.at(-1)?.label} (user ${shorten(user)})`);
  }
  return { users, findings: [...openness(deployment), ...mismatches(users), ...broken(users, options)] };
}

interface Judges {
  readonly repository: Judge;
  readonly engine: Judge;
  readonly enforced: boolean;
}

async function judgesFor(deployment: Deployment, options: VerifyOptions): Promise<Judges> {
  const { gateway } = deployment;
  const gatewayArn = gateway.gatewayArn ?? "";
  const engineArn = gateway.policyEngineConfiguration?.arn;
  const { region, assumeRoleArn = "", log } = options;
  const context = createContext({ region, assumeRoleArn, log });
  const live = engineArn ? await listPolicies(context, engineArn.slice(engineArn.lastIndexOf("/") + 1)) : [];
  return {
    repository: Judge.ofRepository(options.statements, options.targets, gatewayArn),
    engine: Judge.ofEngine(live, options.targets, gatewayArn, namesFor(options.name).policyPrefix),
    enforced: gateway.policyEngineConfiguration?.mode === "ENFORCE",
  };
}

async function askForUser(
  deployment: Deployment,
  user: string,
  { accessToken, claims }: MachineToken,
  judges: Judges,
  targets: readonly ToolTarget[],
): Promise<UserFinding> {
  const session = await GatewaySession.open(deployment.gatewayUrl, accessToken);
  try {
    const listed = await session.listTools();
    const tools = new Map(listed.map(({ name, inputSchema }) => [name, inputSchema]));
    // Tools that are hidden from this user are called as well: hidden must mean denied.
    for (const target of targets)
      for (const tool of target.tools) tools.set(`${target.name}___${tool.name}`, tool.inputSchema);
    const findings: ToolFinding[] = [];
    for (const [tool, schema] of tools) {
      const input = sampleInput(schema);
      findings.push({
        tool,
        listed: listed.some(({ name }) => name === tool),
        outcome: await session.call(tool, input),
        judged: judges.engine.judge(claims, tool, input),
        expected: judges.enforced ? judges.repository.judge(claims, tool, input).decision : "allow",
      });
    }
    return { label: labelOf(claims), user: shorten(user), claims, tools: findings };
  } finally {
    await session.close();
  }
}

const labelOf = (claims: Readonly<Record<string, unknown>>) =>
  typeof claims.department === "string" ? claims.department : "no claims";

/** Enough of an identifier to tell users apart, and no more. */
export const shorten = (user: string) =>
  user.length > 8 ? `${user.slice(0, 4)}…${user.slice(-3)}` : `${user.slice(0, 2)}…`;

function openness({ gateway }: Deployment): string[] {
  const { mode } = gateway.policyEngineConfiguration ?? {};
  if (mode === "ENFORCE") return [];
  const state = mode ? `its policy engine is attached in ${mode}` : "no policy engine is attached";
  return [`gateway ${gateway.gatewayId} enforces nothing: ${state}`];
}

const verdictOf = ({ outcome }: ToolFinding) =>
  outcome.kind === "allowed" ? "allow" : outcome.kind === "denied" ? "deny" : `no answer (${outcome.text})`;

function mismatches(users: readonly UserFinding[]): string[] {
  return users.flatMap(({ label, user, tools }) =>
    tools.flatMap((finding) => {
      const got = verdictOf(finding);
      const who = `${label} (user ${user}), ${finding.tool}`;
      const wrong =
        got === finding.expected ? [] : [`${who}: expected ${finding.expected} by the policy set, got ${got}`];
      const hidden = !finding.listed && got === "allow" ? [`${who}: a hidden tool could be called`] : [];
      return [...wrong, ...hidden];
    }),
  );
}

function broken(users: readonly UserFinding[], { expectations, users: asked }: VerifyOptions): string[] {
  return expectations.flatMap(({ user, tool, verdict }) => {
    const index = asked.indexOf(user);
    const found = users.filter(({ label }, at) => label === user || at === index);
    if (found.length === 0) return [`expected ${verdict} for ${user}, but no such user was asked for`];
    return found.flatMap(({ label, tools }) => {
      const finding = tools.find((one) => one.tool === tool);
      const got = finding ? verdictOf(finding) : "no such tool";
      return got === verdict ? [] : [`${label}, ${tool}: expected ${verdict}, got ${got}`];
    });
  });
}
