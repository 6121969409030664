import { NOBODY, controlPlane, type ControlPlane } from "../control-plane";
import type { Refusal } from "../refusal";
import { REQUIRED, agentCore, atLeast, atMost, invalid, long, matching, model, refused, rules, twice } from "../rows";

const CEDAR_NAME = "const cedarName = text(/[A-Za-z][A-Za-z0-9_]*/, 1, 48);";
const NAME = "  CreatePolicyEngine: z.object({\n    name: cedarName,\n    description: description.optional(),";
const CLIENT_TOKEN = "const clientToken = text(/[a-zA-Z0-9](-*[a-zA-Z0-9]){0,256}/, 33, 256).optional();";
const KEY = "arn:aws(|-cn|-us-gov):kms:[a-zA-Z0-9-]*:[0-9]{12}:key\\/[a-zA-Z0-9-]{36}";
const pattern = matching("[A-Za-z][A-Za-z0-9_]*");

const create = { operation: "CreatePolicyEngine" } as const;
const named = { ...create, at: "name", source: model("PolicyEngineName") };

const names: Refusal<ControlPlane>[] = [
  invalid({
    ...create,
    with: "no name",
    input: {},
    at: "name",
    must: REQUIRED,
    source: model("CreatePolicyEngineRequest"),
    takenOut: rules(NAME, NAME.replace("cedarName", 'cedarName.default("unnamed")')),
  }),
  invalid({
    ...named,
    with: "a name that is null",
    input: { name: null },
    must: REQUIRED,
    takenOut: rules(NAME, NAME.replace("cedarName", 'cedarName.default("unnamed")')),
  }),
  invalid({
    ...named,
    with: "a name that is a number",
    input: { name: 1 },
    must: "be of type string",
    takenOut: rules(NAME, NAME.replace("cedarName", "z.coerce.string()")),
  }),
  invalid({
    ...named,
    with: "a name of 49 characters",
    input: { name: long(49) },
    must: atMost(48),
    takenOut: rules(CEDAR_NAME, CEDAR_NAME.replace("48", "4800")),
  }),
  ...(["with-hyphen", "1st", "e ", "e\n", "über"] as const).map((name) =>
    invalid({
      ...named,
      with: `the name ${JSON.stringify(name)}`,
      input: { name },
      must: pattern,
      takenOut: rules(CEDAR_NAME, "const cedarName = text(undefined, 1, 48);"),
    }),
  ),
  refused({
    ...create,
    with: "an empty name",
    input: { name: "" },
    answer: [400, "ValidationException", `2 validation errors detected: Value at 'name'…${atLeast(1)}…${pattern}`],
    source: model("PolicyEngineName"),
    takenOut: rules(CEDAR_NAME, "const cedarName = text(/[A-Za-z]?[A-Za-z0-9_]*/, 0, 48);"),
  }),
  refused({
    ...create,
    with: "the name of another engine",
    input: { name: "demo_policy_engine" },
    answer: [409, "ConflictException", "A policy engine with the name demo_policy_engine already exists"],
    source: "[open] API reference, CreatePolicyEngine: ConflictException; its text is not known",
    takenOut: agentCore("policy-engines", "if (isTaken)", "if (false)"),
  }),
];

const members: Refusal<ControlPlane>[] = [
  invalid({
    ...create,
    with: "an empty description",
    input: { name: "e", description: "" },
    at: "description",
    must: atLeast(1),
    source: model("Description"),
    takenOut: rules("const description = text(undefined, 1, 4096);", "const description = text(undefined, 0, 4096);"),
  }),
  invalid({
    ...create,
    with: "a description of 4,097 characters",
    input: { name: "e", description: long(4_097) },
    at: "description",
    must: atMost(4_096),
    source: model("Description"),
    takenOut: rules("const description = text(undefined, 1, 4096);", "const description = text(undefined, 1, 9999);"),
  }),
  invalid({
    ...create,
    with: "a client token of 32 characters",
    input: { name: "e", clientToken: long(32) },
    at: "clientToken",
    must: atLeast(33),
    source: model("ClientToken"),
    takenOut: rules(CLIENT_TOKEN, CLIENT_TOKEN.replace("33", "1")),
  }),
  invalid({
    ...create,
    with: "a client token of 257 characters",
    input: { name: "e", clientToken: long(257) },
    at: "clientToken",
    must: atMost(256),
    source: model("ClientToken"),
    takenOut: rules(CLIENT_TOKEN, CLIENT_TOKEN.replace("33, 256", "33")),
  }),
  invalid({
    ...create,
    with: "a client token that ends in a hyphen",
    input: { name: "e", clientToken: `${long(40)}-` },
    at: "clientToken",
    must: matching("[a-zA-Z0-9](-*[a-zA-Z0-9]){0,256}"),
    source: model("ClientToken"),
    takenOut: rules(CLIENT_TOKEN, "const clientToken = text(undefined, 33, 256).optional();"),
  }),
  twice({ ...create, input: () => ({ name: "twice" }) }),
  refused({
    ...create,
    with: "the client token of another request",
    input: async ({ make }: ControlPlane) => {
      await make("CreatePolicyEngine", { name: "first", clientToken: long(33) });
      return { name: "second", clientToken: long(33) };
    },
    answer: [409, "ConflictException", "The client token was used before with other parameters"],
    source:
      "[open] API reference, CreatePolicyEngine: clientToken; the class and the text of the refusal are not known",
    takenOut: agentCore("client-tokens", "if (known && known.request !== request)", "if (false)"),
  }),
  invalid({
    ...create,
    with: "an encryption key that is no ARN of a key",
    input: { name: "e", encryptionKeyArn: "alias/mine" },
    at: "encryptionKeyArn",
    must: matching(KEY),
    source: model("KmsKeyArn"),
    takenOut: rules("encryptionKeyArn: kmsKeyArn,", "encryptionKeyArn: z.string().optional(),"),
  }),
];

const engine = [
  ["GetPolicyEngine", "GetPolicyEngine: z.object({ policyEngineId: resourceId }),"],
  [
    "UpdatePolicyEngine",
    "UpdatePolicyEngine: z.object({ policyEngineId: resourceId, description: updatedDescription }),",
  ],
  ["DeletePolicyEngine", "DeletePolicyEngine: z.object({ policyEngineId: resourceId }),"],
] as const;

const unknown: Refusal<ControlPlane>[] = engine.flatMap(([operation, rule]) => [
  refused({
    operation,
    with: "an id that is too short for one",
    input: { policyEngineId: "demo-short" },
    answer: [400, "ValidationException", "2 validation errors detected: Value at 'policyEngineId'…"],
    source: model("ResourceId"),
    takenOut: rules(rule, rule.replace("resourceId", "z.string()")),
  }),
  refused({
    operation,
    with: "an id that no engine has",
    input: { policyEngineId: NOBODY },
    answer: [404, "ResourceNotFoundException", `Policy engine ${NOBODY} not found`],
    source: `API reference, ${operation}: ResourceNotFoundException`,
    takenOut: agentCore(
      "state",
      'engine = (id: string) => this.engines.get(id) ?? missing("Policy engine", id);',
      "engine = (id: string) => this.engines.get(id) ?? this.engines.all()[0]!;",
    ),
  }),
]);

const updates: Refusal<ControlPlane>[] = [
  invalid({
    operation: "UpdatePolicyEngine",
    with: "a description that is not wrapped",
    input: ({ ids }: ControlPlane) => ({ policyEngineId: ids.policyEngineId, description: "bare" }),
    at: "description",
    must: "be of type object",
    source: model("UpdatedDescription"),
    takenOut: rules(
      "const updatedDescription = z.object({ optionalValue: description.optional() }).optional();",
      "const updatedDescription = z.preprocess((value) => (typeof value === 'string' ? { optionalValue: value } : value), z.object({ optionalValue: description.optional() }).optional());",
    ),
  }),
];

export const surface = controlPlane("policy engines", "engines", [...names, ...members, ...unknown, ...updates]);
