import type { OperationName } from "../../../../local/agentcore/rules/operations";
import {
  controlPlane,
  gatewayOf,
  policyOf,
  sameGateway,
  targetOf,
  type ControlPlane,
  type Made,
} from "../control-plane";
import { agentCore, refused } from "../rows";

type Status = "CREATING" | "UPDATING" | "DELETING";
type Kind = "policyEngine" | "policy" | "gateway" | "gatewayTarget";

const KINDS = {
  policyEngine: { name: "Policy engine", of: "an engine", operations: "PolicyEngine", id: "policyEngineId" },
  policy: { name: "Policy", of: "a policy", operations: "Policy", id: "policyId" },
  gateway: { name: "Gateway", of: "a gateway", operations: "Gateway", id: "gatewayId" },
  gatewayTarget: { name: "Target", of: "a target", operations: "GatewayTarget", id: "targetId" },
} as const;

const CONTROL = "bedrock-agentcore-control";
const SOURCE =
  "API reference: ConflictException of every update and deletion; [open] that a transition is such a conflict, and the text";

/** A thing of its own, which stays in this transition. */
async function underWay(world: ControlPlane, kind: Kind, status: Status, name: string): Promise<Made & object> {
  const { operations } = KINDS[kind];
  const input = {
    policyEngine: { name },
    policy: policyOf(world, { name }),
    gateway: gatewayOf(world, { name: name.replaceAll("_", "-") }),
    gatewayTarget: targetOf(world, { name: name.replaceAll("_", "-") }),
  }[kind];
  const ask = (verb: string, members: object) => world.prepare<Made>(CONTROL, `${verb}${operations}`, members);
  if (status === "CREATING") return keyed(world, input, await world.lasting(kind, () => ask("Create", input)));
  const made = keyed(world, input, await world.make(`Create${operations}` as OperationName, input));
  await world.lasting(kind, () => ask(status === "UPDATING" ? "Update" : "Delete", made));
  return made;
}

/** All that a further request about it needs. */
const keyed = ({ ids }: ControlPlane, input: object, made: Made): Made & object => ({
  ...input,
  ...made,
  policyEngineId: made.policyEngineId ?? ids.policyEngineId,
  gatewayIdentifier: made.gatewayId ?? ids.gatewayIdentifier,
  description: undefined,
});

const taken = {
  policyEngine: (handler: string) => agentCore("policy-engines", ...without(handler, "Policy engine", "engine")),
  policy: (handler: string) => agentCore("policies", ...without(handler, "Policy", "policy")),
  gateway: (handler: string) => agentCore("gateways", ...without(handler, "Gateway", "gateway")),
  gatewayTarget: (handler: string) => agentCore("targets", ...without(handler, "Target", "target")),
};

/** The line of the handler that refuses: told from the like by the lines before it. */
function without(handler: string, kind: string, variable: string): [find: string, replace: string] {
  const found = BEFORE[handler];
  if (!found) throw new Error(`no line of ${handler} is known`);
  return [`${found}refuseInTransition("${kind}", ${variable});`, found];
}

const BEFORE: Readonly<Record<string, string>> = {
  UpdatePolicyEngine:
    "UpdatePolicyEngine: ({ policyEngineId, description }) => {\n      const engine = state.engine(policyEngineId);\n      ",
  DeletePolicyEngine:
    "DeletePolicyEngine: ({ policyEngineId }) => {\n      const engine = state.engine(policyEngineId);\n      ",
  UpdatePolicy:
    "UpdatePolicy: (request, caller) => {\n      const policy = state.policy(request.policyEngineId, request.policyId);\n      ",
  DeletePolicy:
    "DeletePolicy: ({ policyEngineId, policyId }) => {\n      const policy = state.policy(policyEngineId, policyId);\n      ",
  UpdateGateway:
    "UpdateGateway: ({ gatewayIdentifier, ...configuration }) => {\n      const gateway = state.gateway(gatewayIdentifier);\n      ",
  DeleteGateway:
    "DeleteGateway: ({ gatewayIdentifier }) => {\n      const gateway = state.gateway(gatewayIdentifier);\n      ",
  UpdateGatewayTarget:
    'const target = state.target(gateway.id, id);\n      refuseInTransition("Gateway", gateway);\n      ',
  DeleteGatewayTarget: "const target = state.target(gateway.id, id);\n      ",
};

const changes = (Object.keys(KINDS) as Kind[]).flatMap((kind) =>
  (["CREATING", "UPDATING", "DELETING"] as const).flatMap((status) =>
    (["Update", "Delete"] as const).map((verb) => {
      const { name, of, operations } = KINDS[kind];
      const operation = `${verb}${operations}` as OperationName;
      return refused({
        operation,
        request: `${operation} of ${of} that is ${status}`,
        input: (world: ControlPlane) => underWay(world, kind, status, `${verb}_in_${status}`.toLowerCase()),
        answer: [409, "ConflictException", `${name} … is in ${status} status`] as const,
        source: SOURCE,
        takenOut: taken[kind](operation),
      });
    }),
  ),
);

const IN_GATEWAY = 'refuseInTransition("Gateway", gateway);\n      ';
const IN_TARGET = 'refuseInTransition("Target", target);\n      ';
const IN_ENGINE = 'refuseInTransition("Policy engine", state.engine(policy.engineId));\n      ';

/** Of the two lines in this order the one for the target. */
const only = (first: string, second: string): [find: string, replace: string] => [`${first}${second}`, IN_TARGET];

const inside = [
  refused({
    operation: "CreatePolicy",
    request: "CreatePolicy in an engine that is CREATING",
    input: async (world: ControlPlane) => {
      const { policyEngineId } = await underWay(world, "policyEngine", "CREATING", "not_yet");
      return policyOf(world, { policyEngineId });
    },
    answer: [409, "ConflictException", "Policy engine not_yet-… is in CREATING status"],
    source: SOURCE,
    takenOut: agentCore("policies", 'refuseInTransition("Policy engine", engine);', ""),
  }),
  refused({
    operation: "CreateGatewayTarget",
    request: "CreateGatewayTarget in a gateway that is CREATING",
    input: async (world: ControlPlane) => {
      const { gatewayId } = await underWay(world, "gateway", "CREATING", "not_yet");
      return targetOf(world, { gatewayIdentifier: gatewayId });
    },
    answer: [409, "ConflictException", "Gateway not-yet-… is in CREATING status"],
    source: SOURCE,
    takenOut: agentCore("targets", 'refuseInTransition("Gateway", gateway);\n        refuseUnusable', "refuseUnusable"),
  }),
  ...(["UpdateGatewayTarget", "DeleteGatewayTarget"] as const).map((operation) =>
    refused({
      operation,
      request: `${operation} in a gateway that is UPDATING`,
      input: async (world: ControlPlane) => {
        const name = `updated-${operation.slice(0, 6).toLowerCase()}`;
        const gateway = await world.make("CreateGateway", gatewayOf(world, { name }));
        const gatewayIdentifier = gateway.gatewayId;
        const target = targetOf(world, { gatewayIdentifier });
        const { targetId } = await world.make("CreateGatewayTarget", target);
        const update = sameGateway(world, { gatewayIdentifier, name });
        await world.lasting("gateway", () => world.prepare(CONTROL, "UpdateGateway", update));
        return { ...target, targetId };
      },
      answer: [409, "ConflictException", "Gateway updated-… is in UPDATING status"],
      source: SOURCE,
      takenOut: {
        UpdateGatewayTarget: agentCore("targets", ...only(IN_GATEWAY, IN_TARGET)),
        DeleteGatewayTarget: agentCore("targets", ...only(IN_TARGET, IN_GATEWAY)),
      }[operation],
    }),
  ),
  ...(["UpdatePolicy", "DeletePolicy"] as const).map((operation) =>
    refused({
      operation,
      request: `${operation} in an engine that is UPDATING`,
      input: async (world: ControlPlane) => {
        const { policyEngineId } = await world.make("CreatePolicyEngine", { name: `in_${operation}` });
        const policy = policyOf(world, { policyEngineId, name: `of_${operation}` });
        const { policyId } = await world.make("CreatePolicy", policy);
        await world.lasting("policyEngine", () => world.prepare(CONTROL, "UpdatePolicyEngine", { policyEngineId }));
        return { policyEngineId, policyId };
      },
      answer: [409, "ConflictException", "Policy engine in_… is in UPDATING status"],
      source: SOURCE,
      takenOut: {
        UpdatePolicy: agentCore("policies", `${IN_ENGINE}const { definition`, "const { definition"),
        DeletePolicy: agentCore("policies", `${IN_ENGINE}become(policy, "DELETING")`, 'become(policy, "DELETING")'),
      }[operation],
    }),
  ),
];

export const surface = controlPlane("changes in mid-transition", "transitions", [...changes, ...inside]);
