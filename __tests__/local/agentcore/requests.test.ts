import { RULES } from "../../../local/agentcore/rules/operations";
import { agentCoreRoutes } from "../../../local/agentcore/routes";
import { controlPlane } from "./world";

const { call, createEngine, createGateway } = controlPlane();

test("a refusal names every member at fault and none of their values", async () => {
  const request = { name: "secret name!", description: "", clientToken: "secret" };
  const error: Error = await call("CreatePolicyEngine", request).then(
    () => fail("accepted"),
    (refused) => refused,
  );
  expect(error.message).toMatch(/^3 validation errors detected: .*'name'.*'description'.*'clientToken'/);
  expect(error.message).not.toContain("secret");
});

test("members that the API does not have are dropped", async () => {
  const engine = await createEngine("with_more");
  const { policyEngineId } = engine;
  await call("UpdatePolicyEngine", { policyEngineId, invented: true });
  expect(await createGateway({ name: "with-more", invented: true })).not.toHaveProperty("invented");
});

test("every operation has a rule and a route, and every route an operation", () => {
  expect(agentCoreRoutes.map(({ operation }) => operation).sort()).toEqual(Object.keys(RULES).sort());
});
