import {
  controlPlane,
  gatewayOf,
  permit,
  policyOf,
  targetOf,
  toolOf,
  type ControlPlane,
  type Made,
} from "../control-plane";
import type { Refusal } from "../refusal";
import { agentCore } from "../rows";

type Mode = "FAIL_ON_ANY_FINDINGS" | "IGNORE_ALL_FINDINGS";

/** Keeps names apart: every row makes something of its own. */
let count = 0;

/** A statement that is accepted for now, and refused when AgentCore has looked at it: the answer is the read-back's. */
interface Judged {
  /** What is wrong with the statement. */
  readonly that: string;
  readonly statement: (world: ControlPlane) => string | Promise<string>;
  readonly reason: string;
  readonly source: string;
  readonly takenOut: Refusal<ControlPlane>["takenOut"];
}

const ACTION = 'action == AgentCore::Action::"sample-tool-target___read"';
const DEPARTMENT = 'principal.hasTag("department") && principal.getTag("department") == "sales"';
const gateway = ({ ids }: ControlPlane) => `resource == AgentCore::Gateway::"${ids.gatewayArn}"`;
const when = (condition: string) => (world: ControlPlane) =>
  `permit(principal, ${ACTION}, ${gateway(world)}) when { ${condition} };`;

const VALIDATE = "cedar/validate.ts";
const validate = (find: string, replace: string) => ({ file: VALIDATE, find, replace });
const findings = (find: string, replace: string) => ({ file: "cedar/findings.ts", find, replace });
const schemaChecks = validate(".errors.filter((error) => !isUnguardedTag(error))", ".errors.filter(() => false)");
const syntax = validate("return parts.errors.map(({ message }) => `failed to parse: ${message}`);", "return [];");
const unknownAction = validate("if (unknown.length > 0)", "if (false)");
const RULES = "AgentCore developer guide, Cedar policies: ";
const SCHEMA = `${RULES}validation against the gateway's schema; [open] the text is Cedar's own`;

/** Refused under both validation modes. */
const whateverTheMode: readonly Judged[] = [
  {
    that: "does not parse",
    statement: () => `permit(principal, action, resource) when { ${DEPARTMENT} `,
    reason: "failed to parse: …",
    source: `${RULES}syntax; [open] the text is Cedar's own`,
    takenOut: syntax,
  },
  {
    that: "holds a comment in /* */",
    statement: ({ ids }) => `/* why */ ${permit(ids.gatewayArn, "sales")}`,
    reason: "failed to parse: …",
    source: "Cedar reference, comments: // alone",
    takenOut: syntax,
  },
  {
    that: "is two statements",
    statement: ({ ids }) => `${permit(ids.gatewayArn, "a")} ${permit(ids.gatewayArn, "b")}`,
    reason: "a policy holds exactly one statement, this one has 2",
    source: `${RULES}one statement per policy; [open] the text`,
    takenOut: validate(
      "if (count !== 1 || !policy) return [",
      "if (count !== 1 || !policy) return []; if (false) return [",
    ),
  },
  {
    that: "names no resource",
    statement: () => `permit(principal, ${ACTION}, resource) when { ${DEPARTMENT} };`,
    reason: "When parsing the policy statement, a wildcard resource was detected…",
    source: "[field] the text as reported",
    takenOut: validate('if (policy.resource.op === "All") return [WILDCARD_RESOURCE];', ""),
  },
  {
    that: "names a tool and no gateway",
    statement: () => `permit(principal, ${ACTION}, resource is AgentCore::Gateway) when { ${DEPARTMENT} };`,
    reason: "When parsing the policy statement, a constrained action scope was encountered…",
    source: "[field] the text as reported",
    takenOut: validate(
      'if (policy.resource.op === "is" && policy.action.op !== "All") return [CONSTRAINED_ACTION];',
      "",
    ),
  },
  {
    that: "names a tool in another case",
    statement: ({ ids }) => permit(ids.gatewayArn, "sales").replace("___read", "___Read"),
    reason: 'unrecognized action `AgentCore::Action::"sample-tool-target___Read"`',
    source: "[field] the text as reported",
    takenOut: unknownAction,
  },
  {
    that: "names a target that is not there",
    statement: (world) =>
      `permit(principal, action in AgentCore::Action::"later-target", ${gateway(world)}) when { ${DEPARTMENT} };`,
    reason: 'unrecognized action `AgentCore::Action::"later-target"`',
    source: "[field] a policy comes after its target",
    takenOut: unknownAction,
  },
  {
    that: "reads an optional argument without `has`",
    statement: when("context.input.N > 1"),
    reason: "…unable to guarantee safety of access to optional attribute…",
    source: SCHEMA,
    takenOut: schemaChecks,
  },
  {
    that: "reads an argument that the tool does not have",
    statement: when("context.input.nothing == 1"),
    reason: "…attribute `…nothing` … not found…",
    source: SCHEMA,
    takenOut: schemaChecks,
  },
  {
    that: "compares a text with a number",
    statement: when("context.input.text > 1"),
    reason: "…unexpected type: expected …Long… but saw String…",
    source: SCHEMA,
    takenOut: schemaChecks,
  },
  {
    that: "is about a type of principal that there is not",
    statement: (world) => `permit(principal is AgentCore::Robot, ${ACTION}, ${gateway(world)}) when { ${DEPARTMENT} };`,
    reason: "…unrecognized entity type `AgentCore::Robot`…",
    source: SCHEMA,
    takenOut: schemaChecks,
  },
  {
    that: "names a gateway that is not there",
    statement: ({ ids }) => permit(`${ids.gatewayArn}x`, "sales"),
    reason: "Insufficient permissions to call gateway",
    source: "[field] the text as reported, where the caller may not call it",
    takenOut: agentCore("verdict", "if (missing || isDenied)", "if (isDenied)"),
  },
  {
    that: "names a gateway with tools that no schema can be made from",
    statement: async (world) => {
      const { gatewayId, gatewayArn } = await world.make(
        "CreateGateway",
        gatewayOf(world, { name: `inexpressible-${++count}` }),
      );
      const tool = toolOf({ inputSchema: { type: "object", properties: { "a::b\n": { type: "string" } } } });
      await world.make("CreateGatewayTarget", targetOf(world, { gatewayIdentifier: gatewayId }, [tool]));
      return permit(gatewayArn, "sales");
    },
    reason: "Unable to generate a Cedar schema from the tools of the gateway",
    source: "[open] Cedar's schema generator refuses such names",
    takenOut: agentCore(
      "verdict",
      "if (!hasSchema(targets)) return [",
      "if (!hasSchema(targets)) return []; if (false) return [",
    ),
  },
];

const FINDING = "AgentCore developer guide, per-policy validation";
const open = findings("return isOpen ?", "return false ?");
const shut = findings("return isShut ?", "return false ?");

/** Refused under FAIL_ON_ANY_FINDINGS alone. */
export const FINDINGS: readonly Judged[] = [
  {
    that: "permits every tool there is and will be to everybody",
    statement: () => "permit(principal, action, resource is AgentCore::Gateway);",
    reason: "Overly Permissive: …Any Future Tools…",
    source: FINDING,
    takenOut: open,
  },
  {
    that: "permits one tool to everybody",
    statement: (world) => `permit(principal, ${ACTION}, ${gateway(world)});`,
    reason: "Overly Permissive: …",
    source: FINDING,
    takenOut: open,
  },
  {
    that: "forbids one tool to everybody",
    statement: (world) => `forbid(principal, ${ACTION}, ${gateway(world)});`,
    reason: "Overly Restrictive: …",
    source: FINDING,
    takenOut: shut,
  },
  {
    that: "forbids a tool that nobody is permitted",
    statement: ({ ids }) => permit(ids.gatewayArn, "sales", "forbid").replace("___read", "___write"),
    reason: "Overly Restrictive: …",
    source: FINDING,
    takenOut: shut,
  },
  {
    that: "can never apply",
    statement: (world) => `permit(principal, ${ACTION}, ${gateway(world)}) when { ${DEPARTMENT} && false };`,
    reason: "Ineffective: the permit never applies to a request",
    source: `${FINDING}; [open] the text`,
    takenOut: findings("if (isImpossible(policy, schema)) return [", "if (false) return ["),
  },
];

/** Creates the policy and reads it back: the status of the first answer, then what became of it. */
export async function judged(world: ControlPlane, { statement }: Judged, validationMode: Mode) {
  const cedar = { statement: await statement(world) };
  const name = `judged_${++count}`;
  const created = await world.ask("CreatePolicy", policyOf(world, { name, definition: { cedar }, validationMode }));
  if (created.status !== 202) return created;
  const { policyId } = JSON.parse(created.text) as Made;
  for (;;) {
    const { status, statusReasons } = JSON.parse(
      (await world.ask("GetPolicy", { ...world.ids, policyId })).text,
    ) as Made;
    if (status === "CREATING") continue;
    await world.remove("DeletePolicy", { ...world.ids, policyId });
    return { status: created.status, type: status, text: statusReasons.join("; ") };
  }
}

const row = (validationMode: Mode) => (one: Judged) => ({
  request: `CreatePolicy with ${validationMode} and a statement that ${one.that}`,
  send: (world: ControlPlane) => judged(world, one, validationMode),
  answer: { status: 202, type: "CREATE_FAILED", text: one.reason },
  source: one.source,
  takenOut: one.takenOut,
});

/** The stored text is judged again by every update. */
const update: Refusal<ControlPlane> = {
  request: "UpdatePolicy without IGNORE_ALL_FINDINGS, of a policy that was created with it",
  send: async (world) => {
    const cedar = { statement: "permit(principal, action, resource is AgentCore::Gateway);" };
    const lax = policyOf(world, { name: "lax", definition: { cedar }, validationMode: "IGNORE_ALL_FINDINGS" });
    const { policyId } = await world.make("CreatePolicy", lax);
    const key = { ...world.ids, policyId };
    const { status } = await world.ask("UpdatePolicy", {
      policyEngineId: world.ids.policyEngineId,
      policyId,
      enforcementMode: "LOG_ONLY",
    });
    for (;;) {
      const now = JSON.parse((await world.ask("GetPolicy", key)).text) as Made;
      if (now.status === "UPDATING") continue;
      await world.remove("DeletePolicy", key);
      return { status, type: now.status, text: now.statusReasons.join("; ") };
    }
  },
  answer: { status: 202, type: "UPDATE_FAILED", text: "Overly Permissive: …" },
  source: "[field] the mode must be sent again",
  takenOut: agentCore(
    "policies",
    "reasonsAgainst(state, policy, request.validationMode,",
    'reasonsAgainst(state, policy, "IGNORE_ALL_FINDINGS",',
  ),
};

export const surface = controlPlane("Cedar statements", "statements", [
  ...whateverTheMode.flatMap((one) => [row("FAIL_ON_ANY_FINDINGS")(one), row("IGNORE_ALL_FINDINGS")(one)]),
  ...FINDINGS.map(row("FAIL_ON_ANY_FINDINGS")),
  update,
]);
