import type { Refusal, Surface } from "../refusal";
import { closeAws, openAws, type AwsWorld } from "../world";

const MODEL = "API model of bedrock-agentcore-control: PolicyEngineName";
const RULES = "local/agentcore/rules.ts";

const create = (body: object) => (world: AwsWorld) =>
  world.send({ service: "bedrock-agentcore", method: "POST", path: "/policy-engines", body });

const refusals: Refusal<AwsWorld>[] = [
  {
    request: "CreatePolicyEngine with a name of 49 characters",
    send: create({ name: "a".repeat(49) }),
    answer: {
      status: 400,
      type: "ValidationException",
      text: "1 validation error detected: Value at 'name' failed to satisfy constraint: Member must have length less than or equal to 48",
    },
    source: MODEL,
    takenOut: {
      file: RULES,
      find: "const cedarName = text(/[A-Za-z][A-Za-z0-9_]*/, 1, 48);",
      replace: "const cedarName = text(/[A-Za-z][A-Za-z0-9_]*/, 1, 4800);",
    },
  },
  {
    request: "CreatePolicyEngine with a hyphen in the name",
    send: create({ name: "with-hyphen" }),
    answer: { status: 400, type: "ValidationException", text: "…'name'…pattern: [A-Za-z][A-Za-z0-9_]*" },
    source: MODEL,
    takenOut: {
      file: RULES,
      find: "const cedarName = text(/[A-Za-z][A-Za-z0-9_]*/, 1, 48);",
      replace: "const cedarName = text(undefined, 1, 48);",
    },
  },
];

export const surface: Surface<AwsWorld> = {
  name: "AgentCore control plane: policy engines",
  test: "__tests__/local/refusals/engines.test.ts",
  open: () => openAws(),
  close: closeAws,
  refusals,
};
