import { findings } from "../../cedar/validate";
import { GATEWAY, isFinance, onGateway, onRead, onTarget, READ, TARGETS, users } from "./sample";

const every = (verb: "allow" | "deny", principal: string, action = READ, resource = GATEWAY) =>
  `Overly ${verb === "allow" ? "Permissive" : "Restrictive"}: Policy Engine will ${verb} every request for the ` +
  `specified principal (AgentCore::${principal}), action (${action}) and resource (${resource}) combination ` +
  "if the policy is added or updated";

const financeMay = `permit(${users}, ${onRead}, ${onGateway}) when { ${isFinance} };`;
const allUsersMay = `permit(${users}, ${onRead}, ${onGateway});`;
const secretsAreForbidden = `forbid(${users}, ${onRead}, ${onGateway}) when { context.input.text == "secret" };`;
const against = (statement: string, ...others: string[]) => findings(statement, others, TARGETS);

describe("of a permit", () => {
  test("that depends on the caller or on the input there is none", () => {
    expect(against(financeMay)).toEqual([]);
    expect(against(`permit(principal, ${onRead}, ${onGateway}) when { context.input.text == "x" };`)).toEqual([]);
    expect(against(`permit(principal == AgentCore::OAuthUser::"one", ${onRead}, ${onGateway});`)).toEqual([]);
  });

  test("that allows every call of a tool there is one for each type of caller", () => {
    expect(against(allUsersMay)).toEqual([every("allow", "OAuthUser")]);
    expect(against(`permit(principal, ${onRead}, ${onGateway});`)).toEqual([
      every("allow", "OAuthUser"),
      every("allow", "IamEntity"),
    ]);
  });

  test.each(["when { true }", "unless { false }", "when { context.input has text }", 'when { context has "system" }'])(
    "a condition that always holds counts as none: %s",
    (condition) => {
      expect(against(`permit(${users}, ${onRead}, ${onGateway}) ${condition};`)).toEqual([every("allow", "OAuthUser")]);
    },
  );

  test("on a whole target names the tools to come as well", () => {
    expect(against(`permit(${users}, ${onTarget}, ${onGateway});`)).toEqual([
      every("allow", "OAuthUser"),
      every("allow", "OAuthUser", "sample-tool-target___idle"),
      every("allow", "OAuthUser", "Any Future Tools"),
    ]);
  });

  test("on every gateway says so", () => {
    expect(against(`permit(${users}, action, resource is AgentCore::Gateway);`)).toContain(
      every("allow", "OAuthUser", "Any Future Tools", "gateway/*"),
    );
  });

  test("there is none where a forbid of the engine can deny a call", () => {
    expect(against(allUsersMay, secretsAreForbidden)).toEqual([]);
    expect(against(allUsersMay, secretsAreForbidden.replace(GATEWAY, `${GATEWAY}2`))).toEqual([
      every("allow", "OAuthUser"),
    ]);
    expect(against(allUsersMay, `forbid(${users}, ${onRead}, ${onGateway}) when { false };`)).toHaveLength(1);
  });
});

describe("of a forbid", () => {
  test("that leaves something allowed there is none", () => {
    expect(against(secretsAreForbidden, financeMay)).toEqual([]);
  });

  test("where nothing is permitted there is one: every call would be denied", () => {
    expect(against(secretsAreForbidden)).toEqual([every("deny", "OAuthUser")]);
    expect(against(secretsAreForbidden, financeMay.replace(READ, "sample-tool-target___idle"))).toHaveLength(1);
    expect(against(secretsAreForbidden, financeMay.replace(GATEWAY, `${GATEWAY}2`))).toHaveLength(1);
    expect(against(secretsAreForbidden, secretsAreForbidden)).toHaveLength(1);
  });

  test("on all callers there is one where only users have a permit: callers with a signature have none", () => {
    expect(against(secretsAreForbidden.replace(users, "principal"), financeMay)).toEqual([every("deny", "IamEntity")]);
    // A permit on all callers is no permit for those without tags when it asks for a tag.
    expect(against(secretsAreForbidden.replace(users, "principal"), financeMay.replace(users, "principal"))).toEqual([
      every("deny", "IamEntity"),
    ]);
  });

  test("without a condition there is one, whatever is permitted", () => {
    expect(against(`forbid(${users}, ${onRead}, ${onGateway});`, allUsersMay)).toEqual([every("deny", "OAuthUser")]);
  });
});

test.each(["when { false }", "unless { true }", 'when { principal.hasTag("a") && false }'])(
  "a statement that can never apply is a finding: %s",
  (condition) => {
    expect(against(`permit(${users}, ${onRead}, ${onGateway}) ${condition};`)).toEqual([
      "Ineffective: the permit never applies to a request",
    ]);
  },
);

test("a tag asked of callers that have none makes a statement that can never apply", () => {
  expect(against(financeMay.replace("OAuthUser", "IamEntity"))).toEqual([
    "Ineffective: the permit never applies to a request",
  ]);
});

test("what does not parse has no finding, and no part in those of others", () => {
  expect(against("permit(")).toEqual([]);
  expect(against(allUsersMay, "forbid(")).toEqual([every("allow", "OAuthUser")]);
});
