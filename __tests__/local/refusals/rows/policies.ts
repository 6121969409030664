import { NOBODY, controlPlane, permit, policyOf, type ControlPlane } from "../control-plane";
import type { Refusal } from "../refusal";
import {
  REQUIRED,
  agentCore,
  atLeast,
  atMost,
  invalid,
  long,
  matching,
  model,
  oneOfThese,
  refused,
  rules,
  twice,
} from "../rows";

const CEDAR_NAME = "const cedarName = text(/[A-Za-z][A-Za-z0-9_]*/, 1, 48);";
const STATEMENT =
  "const statement = z.object({ statement: text(undefined, STATEMENT_LENGTH.min, STATEMENT_LENGTH.max) });";
const POLICY = "const policy = {\n  policyEngineId: resourceId,";
const DEFINITION = "const definition = oneOf({ cedar: statement, policy: statement });";
const CREATE_DEFINITION = "    definition,\n    description: description.optional(),\n    enforcementMode";
const DESCRIPTION = "    description: description.optional(),\n    enforcementMode";
const EXACTLY_ONE = "have exactly one of: [cedar, policy]";

const create = { operation: "CreatePolicy" } as const;
const policy =
  (members: object = {}) =>
  (world: ControlPlane) =>
    policyOf(world, members);
const statement = (text: string) => policy({ definition: { cedar: { statement: text } } });
const existing = ({ ids }: ControlPlane, members: object = {}) => ({
  policyEngineId: ids.policyEngineId,
  policyId: ids.policyId,
  ...members,
});

const names: Refusal<ControlPlane>[] = [
  invalid({
    ...create,
    with: "no name",
    input: policy({ name: undefined }),
    at: "name",
    must: REQUIRED,
    source: model("CreatePolicyRequest"),
    takenOut: rules("    ...policy,\n    name: cedarName,", '    ...policy,\n    name: cedarName.default("unnamed"),'),
  }),
  invalid({
    ...create,
    with: "a name of 49 characters",
    input: policy({ name: long(49) }),
    at: "name",
    must: atMost(48),
    source: model("PolicyName"),
    takenOut: rules(CEDAR_NAME, CEDAR_NAME.replace("48", "4800")),
  }),
  ...["with-hyphen", "a.b", "1st"].map((name) =>
    invalid({
      ...create,
      with: `the name ${JSON.stringify(name)}`,
      input: policy({ name }),
      at: "name",
      must: matching("[A-Za-z][A-Za-z0-9_]*"),
      source: model("PolicyName"),
      takenOut: rules(CEDAR_NAME, "const cedarName = text(undefined, 1, 48);"),
    }),
  ),
  refused({
    ...create,
    with: "the name of a policy of the same engine",
    input: policy({ name: "demo_policy" }),
    answer: [409, "ConflictException", "Policy with the same name already exists"],
    source: "[field] the text as reported",
    takenOut: agentCore("policies", "policies.find((policy) => policy.name === name)", "false as boolean"),
  }),
  refused({
    ...create,
    with: "the name of a policy of another engine",
    input: async (world: ControlPlane) => {
      const { policyEngineId } = await world.make("CreatePolicyEngine", { name: "neighbour" });
      return policyOf(world, { policyEngineId, name: "demo_policy" });
    },
    answer: [409, "ConflictException", "Policy with the same name already exists"],
    source: "[field] names are unique in the account, not in the engine",
    takenOut: agentCore(
      "policies",
      "policies.find((policy) => policy.name === name)",
      "policies.find((policy) => policy.name === name && policy.engineId === engine.id)",
    ),
  }),
];

const members: Refusal<ControlPlane>[] = [
  invalid({
    ...create,
    with: "no definition",
    input: policy({ definition: undefined }),
    at: "definition",
    must: REQUIRED,
    source: model("CreatePolicyRequest"),
    takenOut: rules(CREATE_DEFINITION, CREATE_DEFINITION.replace("definition,", "definition: definition.default({}),")),
  }),
  invalid({
    ...create,
    with: "an empty definition",
    input: policy({ definition: {} }),
    at: "definition",
    must: EXACTLY_ONE,
    source: model("PolicyDefinition"),
    takenOut: rules(DEFINITION, "const definition = z.object({ cedar: statement, policy: statement }).partial();"),
  }),
  invalid({
    ...create,
    with: "two definitions",
    input: ({ ids, ...world }: ControlPlane) => {
      const cedar = { statement: permit(ids.gatewayArn) };
      return policyOf({ ids, ...world }, { definition: { cedar, policy: cedar } });
    },
    at: "definition",
    must: EXACTLY_ONE,
    source: model("PolicyDefinition"),
    takenOut: rules(DEFINITION, "const definition = z.object({ cedar: statement, policy: statement }).partial();"),
  }),
  invalid({
    ...create,
    with: "a statement of 34 characters",
    input: statement(long(34)),
    at: "definition.cedar.statement",
    must: atLeast(35),
    source: model("Statement"),
    takenOut: rules(STATEMENT, STATEMENT.replace("STATEMENT_LENGTH.min", "0")),
  }),
  invalid({
    ...create,
    with: "a statement of 10,001 characters",
    input: statement(long(10_001)),
    at: "definition.cedar.statement",
    must: atMost(10_000),
    source: model("Statement"),
    takenOut: rules(STATEMENT, STATEMENT.replace(", STATEMENT_LENGTH.max", "")),
  }),
  invalid({
    ...create,
    with: "another validation mode",
    input: policy({ validationMode: "NONE" }),
    at: "validationMode",
    must: oneOfThese("FAIL_ON_ANY_FINDINGS", "IGNORE_ALL_FINDINGS"),
    source: model("PolicyValidationMode"),
    takenOut: rules(
      'z.enum(["FAIL_ON_ANY_FINDINGS", "IGNORE_ALL_FINDINGS"]).default',
      'z.enum(["FAIL_ON_ANY_FINDINGS", "IGNORE_ALL_FINDINGS"]).catch("FAIL_ON_ANY_FINDINGS").default',
    ),
  }),
  invalid({
    ...create,
    with: "another enforcement mode",
    input: policy({ enforcementMode: "OFF" }),
    at: "enforcementMode",
    must: oneOfThese("ACTIVE", "LOG_ONLY"),
    source: model("PolicyEnforcementMode"),
    takenOut: rules(
      'const enforcementMode = z.enum(["ACTIVE", "LOG_ONLY"]);',
      'const enforcementMode = z.enum(["ACTIVE", "LOG_ONLY"]).catch("ACTIVE");',
    ),
  }),
  invalid({
    ...create,
    with: "a description of 4,097 characters",
    input: policy({ description: long(4_097) }),
    at: "description",
    must: atMost(4_096),
    source: model("Description"),
    takenOut: rules(DESCRIPTION, DESCRIPTION.replace("description.optional()", "z.string().optional()")),
  }),
  twice({ ...create, input: policy({ name: "twice" }) }),
  refused({
    ...create,
    with: "the client token of another request",
    input: async (world: ControlPlane) => {
      await world.make("CreatePolicy", policyOf(world, { name: "first", clientToken: long(34) }));
      return policyOf(world, { name: "second", clientToken: long(34) });
    },
    answer: [409, "ConflictException", "The client token was used before with other parameters"],
    source: "[open] API reference, CreatePolicy: clientToken; the class and the text of the refusal are not known",
    takenOut: agentCore("client-tokens", "if (known && known.request !== request)", "if (false)"),
  }),
  invalid({
    operation: "UpdatePolicy",
    with: "a description that is not wrapped",
    input: (world: ControlPlane) => existing(world, { description: "bare" }),
    at: "description",
    must: "be of type object",
    source: model("UpdatedDescription"),
    takenOut: rules(
      "    policyId: resourceId,\n    description: updatedDescription,",
      "    policyId: resourceId,\n    description: updatedDescription.catch(undefined),",
    ),
  }),
  invalid({
    operation: "UpdatePolicy",
    with: "a statement of 34 characters",
    input: (world: ControlPlane) => existing(world, { definition: { cedar: { statement: long(34) } } }),
    at: "definition.cedar.statement",
    must: atLeast(35),
    source: model("Statement"),
    takenOut: rules(STATEMENT, STATEMENT.replace("STATEMENT_LENGTH.min", "0")),
  }),
  invalid({
    operation: "UpdatePolicy",
    with: "another enforcement mode",
    input: (world: ControlPlane) => existing(world, { enforcementMode: "OFF" }),
    at: "enforcementMode",
    must: oneOfThese("ACTIVE", "LOG_ONLY"),
    source: model("PolicyEnforcementMode"),
    takenOut: rules(
      "enforcementMode: enforcementMode.optional()",
      "enforcementMode: enforcementMode.optional().catch(undefined)",
    ),
  }),
];

const KEYS = {
  GetPolicy: "GetPolicy: z.object({ policyEngineId: resourceId, policyId: resourceId }),",
  UpdatePolicy: "    policyId: resourceId,\n    description",
  DeletePolicy: "DeletePolicy: z.object({ policyEngineId: resourceId, policyId: resourceId }),",
} as const;
const keyed = Object.keys(KEYS) as (keyof typeof KEYS)[];
const FOUND = "return policy?.engineId === engineId ? policy : missing(";

const unknown: Refusal<ControlPlane>[] = [
  ...keyed.flatMap((operation) => [
    refused({
      operation,
      with: "an id that is too short for one",
      input: (world: ControlPlane) => existing(world, { policyId: "demo-short" }),
      answer: [400, "ValidationException", "2 validation errors detected: Value at 'policyId'…"] as const,
      source: model("ResourceId"),
      takenOut: rules(KEYS[operation], KEYS[operation].replace("policyId: resourceId", "policyId: z.string()")),
    }),
    refused({
      operation,
      with: "an id that no policy has",
      input: (world: ControlPlane) => existing(world, { policyId: NOBODY }),
      answer: [404, "ResourceNotFoundException", `Policy ${NOBODY} not found`] as const,
      source: `API reference, ${operation}: ResourceNotFoundException`,
      takenOut: agentCore(
        "state",
        FOUND,
        "return policy?.engineId === engineId ? policy : this.policies.all()[0] ?? missing(",
      ),
    }),
    refused({
      operation,
      with: "a policy of another engine",
      input: async (world: ControlPlane) => {
        const { policyEngineId } = await world.make("CreatePolicyEngine", { name: `beside_${operation}` });
        return existing(world, { policyEngineId });
      },
      answer: [404, "ResourceNotFoundException", "Policy demo_policy-… not found"] as const,
      source: "[open] a policy belongs to the engine in its path",
      takenOut: agentCore("state", FOUND, "return policy ? policy : missing("),
    }),
  ]),
  refused({
    ...create,
    with: "an engine id that is too short for one",
    input: policy({ policyEngineId: "demo-short" }),
    answer: [400, "ValidationException", "2 validation errors detected: Value at 'policyEngineId'…"],
    source: model("ResourceId"),
    takenOut: rules(POLICY, "const policy = {\n  policyEngineId: z.string(),"),
  }),
  refused({
    ...create,
    with: "an id that no engine has",
    input: policy({ policyEngineId: NOBODY }),
    answer: [404, "ResourceNotFoundException", `Policy engine ${NOBODY} not found`],
    source: "API reference, CreatePolicy: ResourceNotFoundException",
    takenOut: agentCore(
      "state",
      'this.engines.get(id) ?? missing("Policy engine", id)',
      'this.engines.get(id) ?? this.engines.all()[0] ?? missing("Policy engine", id)',
    ),
  }),
];

export const surface = controlPlane("policies", "policies", [...names, ...members, ...unknown]);
