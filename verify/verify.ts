import type { Statement } from "../cedar/policy-set";
import { actionName, type JsonSchema, type ToolTarget } from "../cedar/tools";
import { listPolicies } from "../provisioners/aws/policies";
import { createContext } from "../provisioners/context";
import type { StepLog } from "../reporting/steps";
import { gatewayScopes, namesFor } from "../settings/names";
import { findDeployment, type Deployment } from "./deployment";
import { findingsOf, type Expected } from "./findings";
import { GatewaySession, type Outcome } from "./gateway-session";
import { Judge, type Judgement, type Verdict } from "./judge";
import { TokenSource, type Claims } from "./machine-token";
import { sampleInput } from "./sample-input";
import { shorten, type AskedUser } from "./users";

export interface VerifyOptions extends Expected {
  readonly name: string;
  readonly region: string;
  /** Role to assume; the environment's credentials if empty. */
  readonly assumeRoleArn: string;
  /** What the repository says: its policy set and its tools. */
  readonly statements: readonly Statement[];
  readonly targets: readonly ToolTarget[];
  readonly log: StepLog;
}

/** What one user may do with one tool. */
export interface ToolFinding {
  readonly tool: string;
  readonly listed: boolean;
  readonly outcome: Outcome;
  /** By the policies that are live in the engine. */
  readonly judged: Judgement;
  /** By the policy set in the repository. */
  readonly expected: Verdict;
}

export interface UserFinding {
  /** What the user is called: the settings' label, or the department that the token carries. */
  readonly label: string;
  /** The start and the end of the user's `sub`. */
  readonly user: string;
  /** Of the token, with `user_id` shortened. */
  readonly claims: Claims;
  readonly tools: readonly ToolFinding[];
}

export interface Verification {
  readonly users: readonly UserFinding[];
  /** What does not hold, in words; empty when all is as it should be. */
  readonly findings: readonly string[];
}

/**
 * Asks a deployment what each user may see and call, and compares its answers with what the repository's
 * policy set says and with explicit expectations. Throws UserError when there is no such deployment.
 */
export async function verifyDeployment(options: VerifyOptions): Promise<Verification> {
  const names = namesFor(options.name);
  const deployment = await findDeployment(names, options);
  options.log.step(`found gateway ${deployment.gateway.gatewayId}`);
  const judges = await judgesFor(deployment, options);
  const source = await TokenSource.open(deployment, gatewayScopes(names));
  const users: UserFinding[] = [];
  for (const user of options.users) {
    const finding = await askForUser(user, { deployment, source, judges, targets: options.targets });
    options.log.step(`asked for ${finding.label} (user ${finding.user})`);
    users.push(finding);
  }
  return { users, findings: findingsOf(deployment, users, options) };
}

interface Judges {
  readonly repository: Judge;
  readonly engine: Judge;
  readonly enforced: boolean;
}

async function judgesFor({ gateway }: Deployment, options: VerifyOptions): Promise<Judges> {
  const { name, statements, targets } = options;
  const { gatewayArn = "", policyEngineConfiguration: attached } = gateway;
  const engineId = attached?.arn?.split("/").pop();
  const live = engineId ? await listPolicies(createContext(options), engineId) : [];
  return {
    repository: Judge.ofRepository(statements, targets, gatewayArn),
    engine: Judge.ofEngine(live, targets, gatewayArn, namesFor(name).policyPrefix),
    enforced: attached?.mode === "ENFORCE",
  };
}

interface Asking {
  readonly deployment: Deployment;
  readonly source: TokenSource;
  readonly judges: Judges;
  readonly targets: readonly ToolTarget[];
}

async function askForUser({ id, label }: AskedUser, asking: Asking): Promise<UserFinding> {
  const { accessToken, claims } = await asking.source.tokenFor(id);
  const session = await GatewaySession.open(asking.deployment.gatewayUrl, accessToken);
  try {
    const listed = new Map((await session.listTools()).map((tool) => [tool.name, tool.inputSchema]));
    const tools: ToolFinding[] = [];
    // Tools that are hidden from this user are called as well: hidden must mean denied.
    for (const [tool, schema] of new Map([...listed, ...toolsOf(asking.targets)])) {
      const input = sampleInput(schema);
      const outcome = await session.call(tool, input);
      tools.push({ tool, listed: listed.has(tool), outcome, ...judge(asking.judges, claims, tool, input) });
    }
    const shown = claims.user_id === undefined ? claims : { ...claims, user_id: shorten(String(claims.user_id)) };
    return { label: label ?? departmentOf(claims) ?? "no claims", user: shorten(id), claims: shown, tools };
  } finally {
    await session.close();
  }
}

const toolsOf = (targets: readonly ToolTarget[]): (readonly [string, JsonSchema])[] =>
  targets.flatMap(({ name, tools }) => tools.map((tool) => [actionName(name, tool.name), tool.inputSchema] as const));

function judge({ repository, engine, enforced }: Judges, claims: Claims, tool: string, input: Record<string, unknown>) {
  const judged = engine.judge(claims, tool, input);
  // What does not enforce lets everything through, whatever its policies say.
  return { judged, expected: enforced ? repository.judge(claims, tool, input).decision : ("allow" as const) };
}

const departmentOf = ({ department }: Claims) => (typeof department === "string" ? department : undefined);
