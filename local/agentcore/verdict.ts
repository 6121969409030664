import { findings, rejections } from "../../cedar/validate";
import { schemaFor } from "../../cedar/schema";
import { gatewayOf, parseStatement } from "../../cedar/scope";
import type { ToolTarget } from "../../cedar/tools";
import type { Caller } from "../core/service";
import type { CallerMay } from "./handlers";
import { uses } from "./policy-engines";
import type { Gateway, Policy, State, TargetConfiguration } from "./state";

/**
 * Why AgentCore would not make this statement a policy of the engine; empty when it would. The schema is made
 * from the targets as they are now: of the gateway that the statement names, which need not be attached yet,
 * or else of every gateway on the engine. The validation mode decides about the semantic findings alone.
 */
export function reasonsAgainst(
  state: State,
  policy: Pick<Policy, "id" | "engineId" | "definition">,
  validationMode: "FAIL_ON_ANY_FINDINGS" | "IGNORE_ALL_FINDINGS",
  as: { caller: Caller; may: CallerMay },
): string[] {
  const statement = statementOf(policy.definition);
  const named = namedGateway(statement);
  const gateways = named === undefined ? gatewaysOn(state, policy.engineId) : [gatewayByArn(state, named)];
  const missing = gateways.includes(undefined);
  const present = gateways.filter((gateway) => gateway !== undefined);
  const isDenied = present.some(({ arn }) => !as.may(as.caller, "bedrock-agentcore:InvokeGateway", arn));
  // Observed where the caller lacks the permission; a gateway that does not exist cannot be told from that.
  if (missing || isDenied) return ["Insufficient permissions to call gateway"];

  const targets = present.flatMap((gateway) => toolTargetsOf(state, gateway.id));
  // Tools that no schema can be made from fail the policies of their gateway, and let nothing through there.
  if (!hasSchema(targets)) return ["Unable to generate a Cedar schema from the tools of the gateway"];
  const refused = rejections(statement, targets);
  if (refused.length > 0 || validationMode === "IGNORE_ALL_FINDINGS") return refused;
  const others = state
    .policiesOf(policy.engineId)
    .filter(({ record }) => record.id !== policy.id && !NOT_OF_THE_ENGINE.has(record.status));
  return findings(
    statement,
    others.map(({ record }) => statementOf(record.definition)),
    targets,
  );
}

/** Policies that the analysis does not count; whether it counts those in LOG_ONLY is not documented: here it does. */
const NOT_OF_THE_ENGINE: ReadonlySet<Policy["status"]> = new Set(["CREATING", "CREATE_FAILED", "DELETING"]);

export const statementOf = ({ cedar, policy }: Policy["definition"]): string => (cedar ?? policy)?.statement ?? "";

/** The targets of a gateway that are in effect, as Cedar's schema is made from them. */
export const toolTargetsOf = (state: State, gatewayId: string): ToolTarget[] =>
  state.targetsOf(gatewayId).flatMap(({ record }) => (record.inEffect ? [toolTarget(record.inEffect)] : []));

export function toolTarget({ name, targetConfiguration }: TargetConfiguration): ToolTarget {
  const tools = targetConfiguration.mcp?.lambda?.toolSchema.inlinePayload ?? [];
  return {
    name,
    tools: tools.map(({ name: tool, description, inputSchema }) => ({ name: tool, description, inputSchema })),
  };
}

function hasSchema(targets: readonly ToolTarget[]): boolean {
  try {
    schemaFor(targets);
    return true;
  } catch {
    return false;
  }
}

const gatewaysOn = (state: State, engineId: string): Gateway[] =>
  state.gateways.all().filter((gateway) => uses(gateway, state.engine(engineId).arn));

const gatewayByArn = (state: State, arn: string) => state.gateways.find((gateway) => gateway.arn === arn);

function namedGateway(statement: string): string | undefined {
  const policy = parseStatement(statement);
  return policy && gatewayOf(policy);
}
