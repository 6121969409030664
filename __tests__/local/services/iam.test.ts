import { Iam } from "../../../local/services/iam";
import { LATENCY } from "../../../local/core/latency";
import { environment } from "./world";

const trust = (Principal: unknown = { Service: "lambda.amazonaws.com" }) =>
  JSON.stringify({ Statement: [{ Effect: "Allow", Principal, Action: "sts:AssumeRole" }] });
const policy = (...statements: object[]) => JSON.stringify({ Version: "2012-10-17", Statement: statements });
const allow = (Action: string | string[], Resource: string | string[]) => ({ Effect: "Allow", Action, Resource });

function withPolicies(...documents: string[]): { iam: Iam; arn: string } {
  const iam = new Iam(environment());
  const { Role } = iam.operations.CreateRole({ RoleName: "r", AssumeRolePolicyDocument: trust() });
  for (const [index, PolicyDocument] of documents.entries())
    iam.operations.PutRolePolicy({ RoleName: "r", PolicyName: `p${index}`, PolicyDocument });
  return { iam, arn: Role.Arn };
}

const FUNCTION = "arn:aws:lambda:us-east-1:111122223333:function:n-sample-tool";
const INVOKE = "lambda:InvokeFunction";

describe("what a role's policies allow", () => {
  test.each([
    ["nothing by default", [], false],
    ["what is named", [policy(allow(INVOKE, FUNCTION))], true],
    ["an action in other letters", [policy(allow("LAMBDA:invokefunction", FUNCTION))], true],
    ["a resource in other letters: no", [policy(allow(INVOKE, FUNCTION.toUpperCase()))], false],
    ["with * for any text", [policy(allow("lambda:*", "arn:aws:lambda:*:*:function:n-*"))], true],
    ["with ? for one character", [policy(allow(INVOKE, FUNCTION.replace("tool", "t??l")))], true],
    ["with ? for no character: no", [policy(allow(INVOKE, `${FUNCTION}?`))], false],
    ["a dot is a dot: no", [policy(allow(INVOKE, FUNCTION.replace("-", ".")))], false],
    ["one of several", [policy(allow(["s3:*", INVOKE], ["x", FUNCTION]))], true],
    ["another action: no", [policy(allow("lambda:GetFunction", "*"))], false],
    ["an Allow under a condition that is not understood: no", [policy({ ...allow("*", "*"), Condition: {} })], false],
    ["not what a Deny names", [policy(allow("*", "*"), { ...allow(INVOKE, FUNCTION), Effect: "Deny" })], false],
    [
      "not what another policy denies",
      [policy({ ...allow("*", "*"), Effect: "Deny" }), policy(allow("*", "*"))],
      false,
    ],
    [
      "not what all but NotAction denies",
      [policy(allow("*", "*"), { Effect: "Deny", NotAction: "s3:*", Resource: "*" })],
      false,
    ],
    [
      "not by NotResource for the resource itself",
      [policy({ Effect: "Allow", Action: "*", NotResource: FUNCTION })],
      false,
    ],
    [
      "not what a Deny with NotResource leaves out",
      [policy(allow("*", "*"), { Effect: "Deny", Action: "*", NotResource: "x" })],
      false,
    ],
  ] satisfies [string, string[], boolean][])("%s", (_, documents, allowed) => {
    const { iam, arn } = withPolicies(...documents);

    expect(iam.allows(arn, INVOKE, FUNCTION)).toBe(allowed);
  });
});

describe("who may assume a role", () => {
  const withTrust = (document: string) => {
    const iam = new Iam(environment());
    return { iam, arn: iam.operations.CreateRole({ RoleName: "r", AssumeRolePolicyDocument: document }).Role.Arn };
  };

  test("the service that is named, and no other", () => {
    const { iam, arn } = withTrust(trust());

    expect(iam.trusts(arn, "lambda.amazonaws.com")).toBe(true);
    expect(iam.trusts(arn, "bedrock-agentcore.amazonaws.com")).toBe(false);
    expect(iam.trustsAccount(arn)).toBe(false);
  });

  test("nobody whom a Deny names", () => {
    const deny = { Effect: "Deny", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" };
    const { iam, arn } = withTrust(JSON.stringify({ Statement: [{ ...deny, Effect: "Allow" }, deny] }));

    expect(iam.trusts(arn, "lambda.amazonaws.com")).toBe(false);
  });

  test.each([
    ["the account's root", { AWS: "arn:aws:iam::111122223333:root" }, true],
    ["the account's number", { AWS: ["111122223333"] }, true],
    ["everybody", "*", true],
    ["another account", { AWS: "arn:aws:iam::444455556666:root" }, false],
  ] satisfies [string, unknown, boolean][])(
    "somebody in the account where it trusts %s: %p",
    (_, principal, trusted) => {
      const { iam, arn } = withTrust(trust(principal));

      expect(iam.trustsAccount(arn)).toBe(trusted);
    },
  );
});

test("a change holds only after it has spread", async () => {
  const iam = new Iam({ ...environment(), latency: { ...LATENCY.none, iamPropagation: 60 } });
  const { Role } = iam.operations.CreateRole({ RoleName: "r", AssumeRolePolicyDocument: trust() });
  const PolicyDocument = policy(allow(INVOKE, FUNCTION));
  iam.operations.PutRolePolicy({ RoleName: "r", PolicyName: "p", PolicyDocument });

  expect(iam.trusts(Role.Arn, "lambda.amazonaws.com")).toBe(false);
  expect(iam.allows(Role.Arn, INVOKE, FUNCTION)).toBe(false);

  await new Promise((resolve) => setTimeout(resolve, 80));
  expect(iam.trusts(Role.Arn, "lambda.amazonaws.com")).toBe(true);
  expect(iam.allows(Role.Arn, INVOKE, FUNCTION)).toBe(true);

  iam.operations.DeleteRolePolicy({ RoleName: "r", PolicyName: "p" });
  expect(iam.allows(Role.Arn, INVOKE, FUNCTION)).toBe(true);
});

describe("refused", () => {
  test.each(["", "{", "[]", "{}", '{"Statement":[]}', '{"Statement":[{"Effect":"Maybe"}]}'])(
    "the document %p",
    (text) => {
      const { iam } = withPolicies();

      expect(() => iam.operations.PutRolePolicy({ RoleName: "r", PolicyName: "p", PolicyDocument: text })).toThrow(
        expect.objectContaining({ code: "MalformedPolicyDocument" }) as Error,
      );
    },
  );

  test("policies over 10,240 characters together, white space not counted", () => {
    const { iam } = withPolicies(policy(allow(INVOKE, "x".repeat(5_000))));
    const put = (PolicyDocument: string) =>
      iam.operations.PutRolePolicy({ RoleName: "r", PolicyName: "more", PolicyDocument });

    expect(() => put(policy(allow(INVOKE, "x".repeat(5_200))))).toThrow(
      expect.objectContaining({ code: "LimitExceeded" }) as Error,
    );
    expect(() => put(`${policy(allow(INVOKE, "x"))}${" ".repeat(9_000)}`)).not.toThrow();
  });

  test("a role twice, a role that is gone, and the end of a role that has policies", () => {
    const { iam } = withPolicies(policy(allow(INVOKE, FUNCTION)));
    const create = () => iam.operations.CreateRole({ RoleName: "r", AssumeRolePolicyDocument: trust() });

    expect(create).toThrow(expect.objectContaining({ code: "EntityAlreadyExists", status: 409 }) as Error);
    expect(() => iam.operations.DeleteRole({ RoleName: "r" })).toThrow(
      expect.objectContaining({ code: "DeleteConflict" }) as Error,
    );
    iam.operations.DeleteRolePolicy({ RoleName: "r", PolicyName: "p0" });
    iam.operations.DeleteRole({ RoleName: "r" });
    expect(() => iam.operations.GetRole({ RoleName: "r" })).toThrow(
      expect.objectContaining({ code: "NoSuchEntity", status: 404 }) as Error,
    );
  });
});

test("a tag takes the place of one whose key differs in case alone", () => {
  const { operations } = withPolicies().iam;
  const RoleName = "r";
  operations.TagRole({ RoleName, Tags: [{ Key: "Department", Value: "finance" }] });
  operations.TagRole({ RoleName, Tags: [{ Key: "department", Value: "hr" }] });
  expect(operations.GetRole({ RoleName }).Role.Tags).toEqual([{ Key: "department", Value: "hr" }]);

  operations.UntagRole({ RoleName, TagKeys: ["DEPARTMENT"] });
  expect(operations.GetRole({ RoleName }).Role.Tags).toEqual([]);
});
