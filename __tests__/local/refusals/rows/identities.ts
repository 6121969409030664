import type { Refusal } from "../refusal";
import { change, rows, services } from "../service-rows";
import type { AwsWorld } from "../world";

const iam = change("iam.ts");
const TRUST = JSON.stringify({
  Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
});
const policyOf = (length: number) =>
  JSON.stringify({ Statement: [{ Effect: "Allow", Action: "x".repeat(length), Resource: "*" }] });
const role = (RoleName: string) => ["CreateRole", { RoleName, AssumeRolePolicyDocument: TRUST }] as const;

const roles: Refusal<AwsWorld>[] = [
  rows("iam", "CreateRole", {
    with: "a sign that no name holds",
    input: { RoleName: "a b", AssumeRolePolicyDocument: TRUST },
    answer: [400, "ValidationError", "roleName must be 1 to 64 characters of …"],
    source: "API reference, CreateRole: RoleName; [open] the text",
    takenOut: iam("if (!/^[\\w+=,.@-]{1,64}$/.test(RoleName))", "if (false)"),
  }),
  rows("iam", "CreateRole", {
    with: "the name of a role",
    before: [role("taken")],
    input: { RoleName: "taken", AssumeRolePolicyDocument: TRUST },
    answer: [409, "EntityAlreadyExists", "Role with name taken already exists."],
    source: "API reference, CreateRole: EntityAlreadyExists",
    takenOut: iam("if (this.roles.has(RoleName))", "if (false)"),
  }),
  ...(
    [
      ["{", 'throw malformed("This policy contains invalid Json");', 'return { Statement: { Effect: "Allow" } };'],
      ["{}", 'if (!isUsable) throw malformed("Syntax errors in policy.");', ""],
      ['{"Statement":[{"Effect":"Maybe"}]}', 'if (!isUsable) throw malformed("Syntax errors in policy.");', ""],
    ] as const
  ).map(([document, check, replace]) =>
    rows("iam", "CreateRole", {
      with: `the trust policy ${document}`,
      input: { RoleName: "malformed", AssumeRolePolicyDocument: document },
      answer: [400, "MalformedPolicyDocument", "…"],
      source: "API reference, CreateRole: MalformedPolicyDocument",
      takenOut: change("iam-policy.ts")(check, replace),
    }),
  ),
  rows("iam", "CreateRole", {
    with: "a trust policy that says Deny and Allow of one statement",
    input: {
      RoleName: "twofold",
      AssumeRolePolicyDocument: TRUST.replace('"Effect":"Allow"', '"Effect":"Deny","Effect":"Allow"'),
    },
    answer: [400, "MalformedPolicyDocument", "This policy contains invalid Json"],
    source:
      "[open] API reference, CreateRole: MalformedPolicyDocument; readers of JSON differ in which of two they take",
    takenOut: change("iam-policy.ts")("parseStrictly(text)", "JSON.parse(text) as unknown"),
  }),
  ...(["CreateRole", "TagRole"] as const).map((operation) =>
    rows("iam", operation, {
      with: "two tags whose keys differ in case alone",
      before: operation === "TagRole" ? [role("tagged")] : [],
      input: {
        RoleName: operation === "TagRole" ? "tagged" : "tagged-twice",
        AssumeRolePolicyDocument: TRUST,
        "Tags.member.1.Key": "Department",
        "Tags.member.1.Value": "finance",
        "Tags.member.2.Key": "department",
        "Tags.member.2.Value": "hr",
      },
      answer: [400, "InvalidInput", "Duplicate tag keys found. Please note that Tag keys are case insensitive."],
      source: "IAM user guide, tags: keys are not case sensitive; [field] the text",
      takenOut: change("iam-tags.ts")("if (new Set(keys).size < keys.length)", "if (false)"),
    }),
  ),
  rows("iam", "PutRolePolicy", {
    with: "more than 10,240 characters of inline policies",
    before: [role("wordy"), ["PutRolePolicy", { RoleName: "wordy", PolicyName: "p", PolicyDocument: policyOf(5_200) }]],
    input: { RoleName: "wordy", PolicyName: "q", PolicyDocument: policyOf(5_200) },
    answer: [409, "LimitExceeded", "Maximum policy size of 10240 bytes exceeded for role wordy"],
    source: "IAM user guide, quotas",
    takenOut: iam("length > INLINE_CHARACTERS", "length > 10 * INLINE_CHARACTERS"),
  }),
  rows("iam", "DeleteRole", {
    with: "a role that has policies",
    before: [role("laden"), ["PutRolePolicy", { RoleName: "laden", PolicyName: "p", PolicyDocument: policyOf(1) }]],
    input: { RoleName: "laden" },
    answer: [409, "DeleteConflict", "Cannot delete entity, must delete policies first."],
    source: "API reference, DeleteRole: DeleteConflict",
    takenOut: iam("if (role.policies.size > 0)", "if (false)"),
  }),
  rows("iam", "GetRole", {
    with: "a name that no role has",
    input: { RoleName: "nobody" },
    answer: [404, "NoSuchEntity", "The role with name nobody cannot be found."],
    source: "API reference, GetRole: NoSuchEntity",
    takenOut: iam(
      "if (!role) throw",
      "if (!role) return { tags: new Map(), AssumeRolePolicyDocument: '' } as never;\n    if (!role) throw",
    ),
  }),
];

const sts = change("sts.ts");
const ARN = "arn:aws:iam::111122223333:role/";
const ASSUME = { RoleArn: `${ARN}nobody`, RoleSessionName: "row" };

const sessions: Refusal<AwsWorld>[] = [
  rows("sts", "AssumeRole", {
    with: "a role that is not there",
    input: ASSUME,
    answer: [403, "AccessDenied", `User: … is not authorized to perform: sts:AssumeRole on resource: ${ARN}nobody`],
    source: "API reference, AssumeRole; [field] the text as reported",
    takenOut: sts("if (!this.iam.trustsAccount(RoleArn))", "if (false)"),
  }),
  rows("sts", "AssumeRole", {
    with: "a session name that holds a space",
    input: { ...ASSUME, RoleSessionName: "a b" },
    answer: [400, "ValidationError", "roleSessionName must be 2 to 64 characters of …"],
    source: "API reference, AssumeRole: RoleSessionName; [open] the text",
    takenOut: sts("if (!/^[\\w+=,.@-]{2,64}$/.test(RoleSessionName))", "if (false)"),
  }),
  rows("sts", "AssumeRole", {
    with: "a session of 899 seconds",
    input: { ...ASSUME, DurationSeconds: 899 },
    answer: [400, "ValidationError", "durationSeconds must be between 900 and 43200"],
    source: "API reference, AssumeRole: DurationSeconds; [open] the text",
    takenOut: sts("if (!(seconds >= 900 && seconds <= 43_200))", "if (false)"),
  }),
];

export const surface = services("IAM and STS", "identities", [...roles, ...sessions]);
