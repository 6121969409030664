import { controlPlane, gatewayOf, type ControlPlane } from "../control-plane";
import { agentCore, refused } from "../rows";

export const surface = controlPlane("deletions", "deletions", [
  refused({
    operation: "DeletePolicyEngine",
    request: "DeletePolicyEngine while a gateway is attached to the engine",
    input: async (world: ControlPlane) => {
      const { make } = world;
      const { policyEngineId, policyEngineArn } = await make("CreatePolicyEngine", { name: "attached" });
      await make(
        "CreateGateway",
        gatewayOf(world, { name: "attached", policyEngineConfiguration: { arn: policyEngineArn, mode: "LOG_ONLY" } }),
      );
      return { policyEngineId };
    },
    answer: [409, "ConflictException", "Policy engine is attached to gateway attached-…"],
    source: "AgentCore developer guide, deleting a policy engine; [open] its text",
    takenOut: agentCore("policy-engines", "if (gateway) throw", "if (false) throw"),
  }),
  refused({
    operation: "DeletePolicyEngine",
    request: "DeletePolicyEngine while policies are in the engine",
    input: async ({ make }: ControlPlane) => {
      const { policyEngineId } = await make("CreatePolicyEngine", { name: "full" });
      const definition = { cedar: { statement: `permit(principal, action, resource);${" ".repeat(9)}` } };
      await make("CreatePolicy", { policyEngineId, name: "in_full", definition });
      return { policyEngineId };
    },
    answer: [409, "ConflictException", "Policy engine still contains 1 policies"],
    source:
      "API reference, DeletePolicyEngine: no policies may be in it; [field] the text; [open] the exception's class",
    takenOut: agentCore("policy-engines", "if (left > 0)", "if (false)"),
  }),
  refused({
    operation: "DeletePolicyEngine",
    request: "DeletePolicyEngine a moment after its last policy is gone",
    input: async ({ make, latency, remove }: ControlPlane) => {
      const { policyEngineId } = await make("CreatePolicyEngine", { name: "emptied" });
      const definition = { cedar: { statement: `permit(principal, action, resource);${" ".repeat(9)}` } };
      const { policyId } = await make("CreatePolicy", { policyEngineId, name: "in_emptied", definition });
      latency.emptyEngine = 60_000;
      await remove("DeletePolicy", { policyEngineId, policyId });
      latency.emptyEngine = 0;
      return { policyEngineId };
    },
    answer: [409, "ConflictException", "Policy engine still contains 1 policies"],
    source: "[field] the deletions are counted late",
    takenOut: agentCore("policy-engines", " + effects.lingering(engine.id)", ""),
  }),
  refused({
    operation: "DeleteGateway",
    request: "DeleteGateway while the gateway has targets",
    input: ({ ids }: ControlPlane) => ids,
    answer: [409, "ConflictException", "Gateway demo-gateway-… has 1 targets: delete them first"],
    source: "AgentCore developer guide, deleting a gateway: targets first; [open] the exception's class and text",
    takenOut: agentCore("gateways", "if (count > 0)", "if (false)"),
  }),
]);
