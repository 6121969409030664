import { loadPolicySet } from "../../cedar/policy-set";
import { discoverTools } from "../../lambdas/discover";
import type { EnginePolicy } from "../../provisioners/aws/policies";
import { policySetFolder } from "../../settings/policy-sets";
import { Judge } from "../../verify/judge";

const GATEWAY = "arn:aws:bedrock-agentcore:us-east-1:111122223333:gateway/demo-gateway-0123456789";
const ACTION = "sample-tool-target___text_analysis_tool";
const TARGETS = discoverTools().map(({ target }) => target);
const GUEST = { sub: "machine", department: "guest" };

const ofSet = (set: string) => Judge.ofRepository(loadPolicySet(policySetFolder(set)).statements, TARGETS, GATEWAY);

const live = (name: string, text: string, more: Partial<EnginePolicy> = {}) =>
  ({ name, text, status: "ACTIVE", enforcementMode: "ACTIVE", ...more }) as EnginePolicy;
const PERMIT = `permit (principal, action == AgentCore::Action::"${ACTION}", resource == AgentCore::Gateway::"${GATEWAY}");`;
const FORBID = PERMIT.replace("permit", "forbid");

describe("judging without the gateway", () => {
  test("by the repository's policy set says what is to be expected", () => {
    expect(ofSet("allow-guest").judge(GUEST, ACTION, { text: "x" })).toEqual({
      decision: "allow",
      by: ["text_analysis"],
    });
    expect(ofSet("deny-guest").judge(GUEST, ACTION, { text: "x" })).toEqual({ decision: "deny", by: [] });
  });

  test("by the engine's policies names the one that decides, without the deployment's part of its name", () => {
    const judge = Judge.ofEngine([live("demo_open_1", PERMIT), live("no_prefix", FORBID)], TARGETS, GATEWAY, "demo");
    expect(judge.judge(GUEST, ACTION, { text: "x" })).toEqual({ decision: "deny", by: ["no_prefix"] });
    const open = Judge.ofEngine([live("demo_open_1", PERMIT)], TARGETS, GATEWAY, "demo");
    expect(open.judge(GUEST, ACTION, { text: "x" })).toEqual({ decision: "allow", by: ["open_1"] });
  });

  test("leaves out policies that have no effect", () => {
    const without = [
      live("a", PERMIT, { enforcementMode: "LOG_ONLY" }),
      live("b", PERMIT, { status: "CREATE_FAILED" }),
    ];
    expect(Judge.ofEngine(without, TARGETS, GATEWAY, "demo").judge(GUEST, ACTION, { text: "x" }).decision).toBe("deny");
  });
});
