import { LAMBDA, NOBODY, controlPlane, targetOf, toolOf, type ControlPlane } from "../control-plane";
import type { Refusal } from "../refusal";
import {
  LAMBDA_PATTERN,
  REQUIRED,
  agentCore,
  atMost,
  gatewayRules,
  invalid,
  long,
  matching,
  model,
  oneOfThese,
  refused,
  rules,
  targetRules,
  twice,
} from "../rows";

const TARGET = "const target = {\n  gatewayIdentifier,\n  name: gatewayName,";
const NAME = "const gatewayName = text(/([0-9a-zA-Z][-]?){1,100}/);";
const TARGET_ID = "const targetId = text(/[0-9a-zA-Z]{10}/);";
const CREDENTIALS = "  .min(1)\n  .max(1);";
const AT = "targetConfiguration.mcp.lambda";
const TOOL = `${AT}.toolSchema.inlinePayload.1.member`;

const create = { operation: "CreateGatewayTarget" } as const;
const target =
  (members: object = {}, tools?: readonly object[]) =>
  (world: ControlPlane) =>
    targetOf(world, members, tools);
const lambda = (members: object) =>
  target({
    targetConfiguration: { mcp: { lambda: { lambdaArn: LAMBDA, toolSchema: { inlinePayload: [] }, ...members } } },
  });

const members: Refusal<ControlPlane>[] = [
  invalid({
    ...create,
    with: "no name",
    input: target({ name: undefined }),
    at: "name",
    must: REQUIRED,
    source: model("CreateGatewayTargetRequest"),
    takenOut: rules(TARGET, TARGET.replace("gatewayName", 'gatewayName.default("unnamed")')),
  }),
  ...["under_score", "double--hyphen", long(101)].map((name) =>
    invalid({
      ...create,
      with: name.length > 100 ? "a name of 101 characters" : `the name ${JSON.stringify(name)}`,
      input: target({ name }),
      at: "name",
      must: matching("([0-9a-zA-Z][-]?){1,100}"),
      source: model("TargetName"),
      takenOut: rules(NAME, "const gatewayName = z.string();"),
    }),
  ),
  invalid({
    ...create,
    with: "a description of 201 characters",
    input: target({ description: long(201) }),
    at: "description",
    must: atMost(200),
    source: model("TargetDescription"),
    takenOut: rules(
      "const shortDescription = text(undefined, 1, 200)",
      "const shortDescription = text(undefined, 1, 201)",
    ),
  }),
  invalid({
    ...create,
    with: "no targetConfiguration",
    input: target({ targetConfiguration: undefined }),
    at: "targetConfiguration",
    must: REQUIRED,
    source: model("CreateGatewayTargetRequest"),
    takenOut: rules("  targetConfiguration,\n", "  targetConfiguration: targetConfiguration.default({}),\n"),
  }),
  invalid({
    ...create,
    with: "a Lambda target that has no tool schema",
    input: lambda({ toolSchema: undefined }),
    at: `${AT}.toolSchema`,
    must: REQUIRED,
    source: model("McpLambdaTargetConfiguration"),
    takenOut: targetRules(
      "oneOf({ inlinePayload: z.array(toolDefinition) }),",
      "oneOf({ inlinePayload: z.array(toolDefinition) }).default({ inlinePayload: [] }),",
    ),
  }),
  invalid({
    ...create,
    with: "a function that is no ARN",
    input: lambda({ lambdaArn: "demo-sample-tool" }),
    at: `${AT}.lambdaArn`,
    must: matching(LAMBDA_PATTERN),
    source: model("LambdaFunctionArn"),
    takenOut: gatewayRules(`/${LAMBDA_PATTERN}/,`, "undefined,"),
  }),
  ...(["name", "description", "inputSchema"] as const).map((member) =>
    invalid({
      ...create,
      with: `a tool that has no ${member}`,
      input: target({}, [toolOf({ [member]: undefined })]),
      at: `${TOOL}.${member}`,
      must: REQUIRED,
      source: model("ToolDefinition"),
      takenOut: {
        name: targetRules("name: z.string().min(1),", 'name: z.string().min(1).default("x"),'),
        description: targetRules("description: z.string(),", 'description: z.string().default("x"),'),
        inputSchema: targetRules(
          "inputSchema: schemaDefinition,",
          'inputSchema: schemaDefinition.default({ type: "object" }),',
        ),
      }[member],
    }),
  ),
  invalid({
    ...create,
    with: "a tool whose input is of a type that there is not",
    input: target({}, [toolOf({ inputSchema: { type: "text" } })]),
    at: `${TOOL}.inputSchema.type`,
    must: oneOfThese("string", "number", "object", "array", "boolean", "integer"),
    source: model("SchemaType"),
    takenOut: targetRules(
      'z.enum(["string", "number", "object", "array", "boolean", "integer"])',
      'z.enum(["string", "number", "object", "array", "boolean", "integer"]).catch("object")',
    ),
  }),
  invalid({
    ...create,
    with: "a tool whose argument is of a type that there is not",
    input: target({}, [toolOf({ inputSchema: { type: "object", properties: { text: { type: "text" } } } })]),
    at: `${TOOL}.inputSchema.properties.text.type`,
    must: oneOfThese("string", "number", "object", "array", "boolean", "integer"),
    source: model("SchemaType"),
    takenOut: targetRules(
      "properties: z.record(z.string(), schemaDefinition).optional(),",
      "properties: z.record(z.string(), z.any()).optional(),",
    ),
  }),
  invalid({
    ...create,
    with: "a tool whose input has properties and items",
    input: target({}, [toolOf({ inputSchema: { type: "object", properties: {}, items: { type: "string" } } })]),
    at: `${TOOL}.inputSchema`,
    must: "not have items and properties",
    source: `[open] ${model("SchemaDefinition")}: whether one may have both is not said`,
    takenOut: targetRules("!items || !properties", "true as boolean"),
  }),
  refused({
    ...create,
    with: "two tools of one name",
    input: target({}, [toolOf(), toolOf()]),
    answer: [400, "ValidationException", "The names of a target's tools must differ"],
    source: "[open] Cedar knows one action of a name",
    takenOut: agentCore("targets", "new Set(names).size < names.length", "false as boolean"),
  }),
  invalid({
    ...create,
    with: "two credential providers",
    input: target({
      credentialProviderConfigurations: ["GATEWAY_IAM_ROLE", "GATEWAY_IAM_ROLE"].map((credentialProviderType) => ({
        credentialProviderType,
      })),
    }),
    at: "credentialProviderConfigurations",
    must: atMost(1),
    source: model("CredentialProviderConfigurations"),
    takenOut: targetRules(CREDENTIALS, "  .min(1);"),
  }),
  ...(
    [
      ["no credential provider", undefined],
      ["a credential provider other than the gateway's role", [{ credentialProviderType: "OAUTH" }]],
    ] as const
  ).map(([what, credentialProviderConfigurations]) =>
    refused({
      ...create,
      with: what,
      input: target({ credentialProviderConfigurations }),
      answer: [400, "ValidationException", "A Lambda target needs the credential provider GATEWAY_IAM_ROLE"],
      source:
        "[open] AgentCore developer guide, outbound authorization: a Lambda target uses the gateway's role; whether it may use another is not said",
      takenOut: agentCore("targets", 'credentials?.credentialProviderType !== "GATEWAY_IAM_ROLE"', "false as boolean"),
    }),
  ),
];

const KEYS = {
  GetGatewayTarget: "GetGatewayTarget: z.object({ gatewayIdentifier, targetId }),",
  UpdateGatewayTarget: "UpdateGatewayTarget: z.object({ ...target, targetId }),",
  DeleteGatewayTarget: "DeleteGatewayTarget: z.object({ gatewayIdentifier, targetId }),",
} as const;
const FOUND = 'return target?.gatewayId === gatewayId ? target : missing("Target", id);';

const unknown = (Object.keys(KEYS) as (keyof typeof KEYS)[]).flatMap((operation) => [
  invalid({
    operation,
    with: "an id of nine characters",
    input: target({ targetId: "ABCDEFGHI" }),
    at: "targetId",
    must: matching("[0-9a-zA-Z]{10}"),
    source: model("TargetId"),
    takenOut: rules(TARGET_ID, "const targetId = z.string();"),
  }),
  refused({
    operation,
    with: "an id that no target has",
    input: target({ targetId: "ABCDEFGHIJ" }),
    answer: [404, "ResourceNotFoundException", "Target ABCDEFGHIJ not found"] as const,
    source: `API reference, ${operation}: ResourceNotFoundException`,
    takenOut: agentCore("state", FOUND, FOUND.replace('missing("Target", id)', "this.targets.all()[0]!")),
  }),
]);

const beside: Refusal<ControlPlane>[] = [
  refused({
    ...create,
    with: "an id that no gateway has",
    input: target({ gatewayIdentifier: NOBODY }),
    answer: [404, "ResourceNotFoundException", `Gateway ${NOBODY} not found`],
    source: "API reference, CreateGatewayTarget: ResourceNotFoundException",
    takenOut: agentCore(
      "state",
      'this.gateways.get(id) ?? missing("Gateway", id)',
      'this.gateways.get(id) ?? this.gateways.all()[0] ?? missing("Gateway", id)',
    ),
  }),
  refused({
    ...create,
    with: "the name of another target of the gateway",
    input: target({ name: "sample-tool-target" }),
    answer: [
      409,
      "ConflictException",
      "A target with the name sample-tool-target already exists in gateway demo-gateway-…",
    ],
    source: "API reference, CreateGatewayTarget: ConflictException; [open] its text",
    takenOut: agentCore("targets", "if (isTaken)", "if (false)"),
  }),
  twice({ ...create, input: target({ name: "twice" }) }),
  refused({
    ...create,
    with: "the client token of another request",
    input: async (world: ControlPlane) => {
      await world.make("CreateGatewayTarget", targetOf(world, { name: "first", clientToken: long(36) }));
      return targetOf(world, { name: "second", clientToken: long(36) });
    },
    answer: [409, "ConflictException", "The client token was used before with other parameters"],
    source: "[open] API reference, CreateGatewayTarget: clientToken; class and text of the refusal",
    takenOut: agentCore("client-tokens", "if (known && known.request !== request)", "if (false)"),
  }),
  refused({
    operation: "UpdateGatewayTarget",
    with: "the name of another target of the gateway",
    input: async (world: ControlPlane) => {
      const { targetId } = await world.make("CreateGatewayTarget", targetOf(world, { name: "renamed" }));
      return targetOf(world, { targetId, name: "sample-tool-target" });
    },
    answer: [
      409,
      "ConflictException",
      "A target with the name sample-tool-target already exists in gateway demo-gateway-…",
    ],
    source: "[open] names stay different",
    takenOut: agentCore("targets", "refuseTaken(gateway, configuration.name, target);", ""),
  }),
];

export const surface = controlPlane("targets", "targets", [...members, ...unknown, ...beside]);
