import type { Deployment } from "../../verify/deployment";
import { findingsOf } from "../../verify/findings";
import { renderDenials, renderTable } from "../../verify/report";
import type { ToolFinding, UserFinding } from "../../verify/verify";

const TOOL = "sample-tool-target___text_analysis_tool";
const DENIAL = "AuthorizeActionException - Tool Execution Denied: …";

const attached = (mode?: "ENFORCE" | "LOG_ONLY") =>
  ({
    gateway: {
      gatewayId: "demo-gateway-1",
      ...(mode && { policyEngineConfiguration: { arn: "arn:aws:x:::policy-engine/e-1", mode } }),
    },
  }) as Deployment;

const allowed: ToolFinding = {
  tool: TOOL,
  listed: true,
  outcome: { kind: "allowed", text: "Words: 6." },
  judged: { decision: "allow", by: ["text_analysis_0a1b2c3d"] },
  expected: "allow",
};
const denied: ToolFinding = {
  tool: TOOL,
  listed: false,
  outcome: { kind: "denied", text: DENIAL },
  judged: { decision: "deny", by: [] },
  expected: "deny",
};
const user = (label: string, tool: ToolFinding): UserFinding => ({
  label,
  user: "5f0c…d10",
  claims: { user_id: "5f0c…d10", department: label, role: "viewer" },
  tools: [tool],
});

const expected = (...expectations: { user: string; tool: string; verdict: "allow" | "deny" }[]) => ({
  mode: "ENFORCE" as const,
  users: [{ id: "sub-of-finance" }, { id: "sub-of-guest" }],
  expectations,
});

describe("findings about a deployment", () => {
  const users = [user("finance", allowed), user("guest", denied)];

  test("are none when the gateway does what the policy set says", () => {
    expect(findingsOf(attached("ENFORCE"), users, expected())).toEqual([]);
  });

  test("name user, tool, what was expected and what came", () => {
    const wrong = [user("finance", { ...allowed, expected: "deny" }), user("guest", { ...denied, expected: "allow" })];
    expect(findingsOf(attached("ENFORCE"), wrong, expected())).toEqual([
      `finance (user 5f0c…d10), ${TOOL}: expected deny by the policy set, got allow`,
      `guest (user 5f0c…d10), ${TOOL}: expected allow by the policy set, got deny`,
    ]);
  });

  test("tell a tool that fails from one that is denied", () => {
    const failed = { ...denied, outcome: { kind: "failed", text: "the function has an error" } } as const;
    expect(findingsOf(attached("ENFORCE"), [user("guest", failed)], expected())).toEqual([
      expect.stringContaining("expected deny by the policy set, got no answer (the function has an error)"),
    ]);
  });

  test("tell of a hidden tool that could be called", () => {
    const hidden = [user("finance", { ...allowed, listed: false })];
    expect(findingsOf(attached("ENFORCE"), hidden, expected())).toEqual([
      `finance (user 5f0c…d10), ${TOOL}: a hidden tool could be called`,
    ]);
  });

  test("tell of a gateway that does not enforce as the settings say", () => {
    expect(findingsOf(attached(), [], expected())).toEqual([
      "gateway demo-gateway-1 enforces nothing: no policy engine is attached",
    ]);
    expect(findingsOf(attached("LOG_ONLY"), [], expected())).toEqual([
      "gateway demo-gateway-1: its policy engine is attached in LOG_ONLY, not ENFORCE",
    ]);
    expect(findingsOf(attached("LOG_ONLY"), [], { ...expected(), mode: "LOG_ONLY" })).toEqual([]);
  });

  test.each([
    ["holds, by label", { user: "guest", tool: TOOL, verdict: "deny" }, []],
    ["holds, by sub", { user: "sub-of-finance", tool: TOOL, verdict: "allow" }, []],
    ["does not hold", { user: "guest", tool: TOOL, verdict: "allow" }, [`guest, ${TOOL}: expected allow, got deny`]],
    ["is about no tool", { user: "guest", tool: "x", verdict: "deny" }, ["guest, x: expected deny, got no such tool"]],
    [
      "is about nobody",
      { user: "sales", tool: TOOL, verdict: "deny" },
      ["expected deny for sales, but no such user was asked for"],
    ],
  ] as const)("judge an expectation that %s", (_, expectation, findings) => {
    expect(findingsOf(attached("ENFORCE"), users, expected(expectation))).toEqual(findings);
  });
});

describe("the report", () => {
  test("shows claims, listing, decision and policy of each user", () => {
    const table = renderTable({ users: [user("finance", allowed), user("guest", denied)], findings: [] });
    expect(table).toMatch(/finance .*user_id: 5f0c…d10 .*yes .*allowed .*text_analysis_0a1b2c3d/);
    expect(table).toMatch(/guest .*hidden .*denied .*no permit matched/);
    expect(table.split("\n").every((line) => line.length <= 120)).toBe(true);
  });

  test("names the forbid that denied a call", () => {
    const forbidden = { ...denied, judged: { decision: "deny", by: ["no_secrets_0a1b2c3d"] } } as const;
    expect(renderTable({ users: [user("guest", forbidden)], findings: [] })).toContain("no_secrets_0a1b2c3d");
  });

  test("gives no policy the credit for a call that nothing enforced", () => {
    const open = { ...allowed, judged: { decision: "deny", by: ["no_secrets_0a1b2c3d"] } } as const;
    const table = renderTable({ users: [user("guest", open)], findings: [] });
    expect(table).toContain("nothing: the gateway");
    expect(table).not.toContain("no_secrets");
  });

  test("quotes the gateway's words on a denied call", () => {
    expect(renderDenials({ users: [user("finance", allowed), user("guest", denied)], findings: [] })).toEqual([
      `guest calling ${TOOL} was answered: ${DENIAL}`,
    ]);
  });
});
