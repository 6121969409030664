import type { OperationName } from "../../../../local/agentcore/rules/operations";
import type { LatencyProfile } from "../../../../local/core/latency";
import { controlPlane, gatewayOf, policyOf, targetOf, toolOf, type ControlPlane } from "../control-plane";
import { agentCore, refused } from "../rows";

/** Many at once, without HTTP; none of them ever leaves CREATING, which is what takes long. */
async function fill(
  { prepare, lasting }: ControlPlane,
  kind: keyof LatencyProfile["transition"],
  operation: OperationName,
  requests: readonly object[],
): Promise<void> {
  await lasting(kind, async () => {
    for (const request of requests) await prepare("bedrock-agentcore-control", operation, request);
  });
}

/** How many of a kind there are: none is ever deleted here. */
const count = ({ aws }: ControlPlane, type: "policy-engine" | "gateway") =>
  new Set(aws.events.changes(type).map(({ id }) => id)).size;

const numbers = (count: number) => [...Array(count).keys()];
const filled = (members: string) => `AgentCore developer guide, quotas: ${members}; [open] the text`;

export const surface = controlPlane("quotas", "quotas", [
  refused({
    operation: "CreatePolicy",
    request: "CreatePolicy when the engine has 1,000",
    input: async (world: ControlPlane) => {
      const { policyEngineId } = await otherEngine(world, "crowded");
      const one = policyOf(world, { policyEngineId, definition: { cedar: { statement: "x".repeat(35) } } });
      await fill(
        world,
        "policy",
        "CreatePolicy",
        numbers(1_000).map((n) => ({ ...one, name: `crowded_${n}` })),
      );
      return one;
    },
    answer: [402, "ServiceQuotaExceededException", "A policy engine holds at most 1000 policies"],
    source: filled("1,000 policies of an engine"),
    takenOut: agentCore("policies", "if (others.length >= MOST_POLICIES)", "if (false)"),
  }),
  refused({
    operation: "CreatePolicy",
    request: "CreatePolicy beyond 200 KB of statements in the engine",
    input: async (world: ControlPlane) => {
      const { policyEngineId } = await otherEngine(world, "heavy");
      const heavy = policyOf(world, { policyEngineId, definition: { cedar: { statement: "x".repeat(10_000) } } });
      await fill(
        world,
        "policy",
        "CreatePolicy",
        numbers(20).map((n) => ({ ...heavy, name: `heavy_${n}` })),
      );
      return heavy;
    },
    answer: [
      402,
      "ServiceQuotaExceededException",
      "The policies of a policy engine hold at most 204800 bytes together",
    ],
    source: filled("200 KB of policies"),
    takenOut: agentCore("policies", "if (bytes > MOST_BYTES)", "if (false)"),
  }),
  refused({
    operation: "UpdatePolicy",
    request: "UpdatePolicy beyond 200 KB of statements in the engine",
    input: async (world: ControlPlane) => {
      const { policyEngineId } = await otherEngine(world, "laden");
      const of = (length: number) => ({ cedar: { statement: "x".repeat(length) } });
      const laden = numbers(20).map((n) =>
        policyOf(world, { policyEngineId, name: `laden_${n}`, definition: of(10_000) }),
      );
      await fill(world, "policy", "CreatePolicy", laden);
      const last = await world.make(
        "CreatePolicy",
        policyOf(world, { policyEngineId, name: "laden", definition: of(35) }),
      );
      return { policyEngineId, policyId: last.policyId, definition: of(10_000) };
    },
    answer: [
      402,
      "ServiceQuotaExceededException",
      "The policies of a policy engine hold at most 204800 bytes together",
    ],
    source: filled("200 KB of policies"),
    takenOut: agentCore(
      "policies",
      "if (request.definition) refuseAboveQuota(state, policy.engineId, request.definition, policy);",
      "",
    ),
  }),
  refused({
    operation: "CreateGatewayTarget",
    request: "CreateGatewayTarget when the gateway has 100",
    input: async (world: ControlPlane) => {
      const targets = numbers(99).map((n) => targetOf(world, { name: `target-${n}` }));
      await fill(world, "gatewayTarget", "CreateGatewayTarget", targets);
      return targetOf(world);
    },
    answer: [402, "ServiceQuotaExceededException", "A gateway has at most 100 targets"],
    source: filled("100 targets of a gateway"),
    takenOut: agentCore("targets", "if (state.targetsOf(gateway.id).length >= MOST_TARGETS)", "if (false)"),
  }),
  refused({
    operation: "CreateGatewayTarget",
    with: "1,001 tools",
    input: async (world: ControlPlane) => {
      const { gatewayId: gatewayIdentifier } = await world.make("CreateGateway", gatewayOf(world, { name: "tools" }));
      return targetOf(
        world,
        { gatewayIdentifier },
        numbers(1_001).map((n) => toolOf({ name: `tool_${n}` })),
      );
    },
    answer: [402, "ServiceQuotaExceededException", "A target has at most 1000 tools"],
    source: filled("1,000 tools of a target"),
    takenOut: agentCore("targets", "if (names.length > MOST_TOOLS)", "if (false)"),
  }),
  // These fill the account, so they come last.
  refused({
    operation: "CreatePolicyEngine",
    request: "CreatePolicyEngine when the account has 1,000",
    input: async (world: ControlPlane) => {
      const names = numbers(1_000 - count(world, "policy-engine")).map((n) => ({ name: `engine_${n}` }));
      await fill(world, "policyEngine", "CreatePolicyEngine", names);
      return { name: "one_more" };
    },
    answer: [402, "ServiceQuotaExceededException", "An account holds at most 1000 policy engines"],
    source: filled("1,000 policy engines of an account in a region"),
    takenOut: agentCore("policy-engines", "if (engines.all().length >= MOST_ENGINES)", "if (false)"),
  }),
  refused({
    operation: "CreateGateway",
    request: "CreateGateway when the account has 1,000",
    input: async (world: ControlPlane) => {
      const gateways = numbers(1_000 - count(world, "gateway")).map((n) => gatewayOf(world, { name: `gateway-${n}` }));
      await fill(world, "gateway", "CreateGateway", gateways);
      return gatewayOf(world);
    },
    answer: [402, "ServiceQuotaExceededException", "An account holds at most 1000 gateways"],
    source: filled("1,000 gateways of an account in a region"),
    takenOut: agentCore("gateways", "if (gateways.all().length >= MOST_GATEWAYS)", "if (false)"),
  }),
]);

const otherEngine = ({ make }: ControlPlane, name: string) => make("CreatePolicyEngine", { name });
