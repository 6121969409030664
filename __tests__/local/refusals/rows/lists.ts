import type { OperationName } from "../../../../local/agentcore/rules/operations";
import { NOBODY, controlPlane, policyOf, type ControlPlane } from "../control-plane";
import { agentCore, atLeast, atMost, invalid, long, model, refused, rules } from "../rows";

/** Every list that the stacks and the scripts read, with the largest page that it may be asked for. */
const LISTS = [
  { operation: "ListPolicyEngines", most: 100, rule: "ListPolicyEngines: z.object(page(100))", shape: "MaxResults" },
  { operation: "ListPolicies", most: 100, rule: "1011).optional(),\n    ...page(100)", shape: "MaxResults" },
  { operation: "ListGateways", most: 1_000, rule: "ListGateways: z.object(page(1000))", shape: "GatewayMaxResults" },
  {
    operation: "ListGatewayTargets",
    most: 1_000,
    rule: "ListGatewayTargets: z.object({ gatewayIdentifier, ...page(1000) })",
    shape: "TargetMaxResults",
  },
] as const;

const asked =
  (members: object) =>
  ({ ids }: ControlPlane) => ({ ...ids, ...members });

const INTEGER = "maxResults: z.number().int().min(1).max(largest).optional(),";
const TOKEN = "nextToken: text(/\\S*/, 1, 2048).optional(),";
const NOT_GIVEN_OUT = "The nextToken is not valid for this request";
const PLACE = 'throw validation("The nextToken is not valid for this request");';

const shapes = LISTS.flatMap(({ operation, most, rule, shape }) => [
  invalid({
    operation,
    with: `pages of ${most + 1}`,
    input: asked({ maxResults: most + 1 }),
    at: "maxResults",
    must: `have value less than or equal to ${most}`,
    source: model(shape),
    takenOut: rules(rule, rule.replace(String(most), String(most + 1))),
  }),
  invalid({
    operation,
    with: "pages of 0",
    input: asked({ maxResults: 0 }),
    at: "maxResults",
    must: "have value greater than or equal to 1",
    source: model(shape),
    takenOut: rules(INTEGER, INTEGER.replace(".min(1)", "")),
  }),
  refused({
    operation,
    with: 'pages of "many"',
    input: asked({ maxResults: "many" }),
    answer: [400, "ValidationException", "1 validation error detected: Value at 'maxResults'…"] as const,
    source: model(shape),
    takenOut: rules(INTEGER, "maxResults: z.number().int().min(1).max(largest).optional().catch(undefined),"),
  }),
  refused({
    operation,
    with: "a page token that holds a space",
    input: asked({ nextToken: "with space" }),
    answer: [400, "ValidationException", "1 validation error detected: Value at 'nextToken'…"] as const,
    source: model("NextToken"),
    takenOut: rules(TOKEN, "nextToken: z.string().optional(),"),
  }),
  refused({
    operation,
    with: "a page token that it did not give out",
    input: asked({ nextToken: "invented" }),
    answer: [400, "ValidationException", NOT_GIVEN_OUT] as const,
    source: `API reference, ${operation}: nextToken; [open] its text`,
    takenOut: agentCore("pages", PLACE, "return 0;"),
  }),
]);

const SCOPE = "targetResourceScope: text(undefined, 20, 1011).optional(),";
const scopes = ([19, 1_012] as const).map((length) =>
  invalid({
    operation: "ListPolicies",
    with: `a scope of ${length.toLocaleString("en")} characters`,
    input: asked({ targetResourceScope: long(length) }),
    at: "targetResourceScope",
    must: length < 20 ? atLeast(20) : atMost(1_011),
    source: model("BedrockAgentcoreResourceArn"),
    takenOut: rules(SCOPE, SCOPE.replace("20, 1011", length < 20 ? "19, 1011" : "20, 1012")),
  }),
);

/** What JavaScript takes for a number. */
const numbers = ["1e1", "0x0a", " 5", "5.0"].map((maxResults) =>
  invalid({
    operation: "ListPolicyEngines",
    with: `pages of ${JSON.stringify(maxResults)}`,
    input: { maxResults },
    at: "maxResults",
    must: "be of type number",
    source: `${model("MaxResults")}, an integer; [open] the class`,
    takenOut: {
      file: "local/http/protocols.ts",
      find: 'type === "integer" && /^-?\\d+$/.test(text)',
      replace: 'type === "integer"',
    },
  }),
);
const truths = [true, "5"].map((maxResults) =>
  invalid({
    operation: "ListOauth2CredentialProviders",
    with: `pages of ${JSON.stringify(maxResults)}`,
    input: { maxResults },
    at: "maxResults",
    must: "be of type number",
    source: model("ListOauth2CredentialProvidersRequest"),
    takenOut: rules(INTEGER, INTEGER.replace("z.number()", "z.coerce.number()")),
  }),
);

/** The first page's token of one list, shown to another. */
const foreign = (operation: OperationName, what: string, input: (world: ControlPlane) => Promise<object>) =>
  refused({
    operation,
    with: what,
    input,
    answer: [400, "ValidationException", NOT_GIVEN_OUT],
    source: `[open] API reference, ${operation}: nextToken is what the previous call of it returned`,
    takenOut: agentCore(
      "pages",
      'of === list && typeof number === "number" && token(list, number) === nextToken',
      'typeof number === "number"',
    ),
  });

const elsewhere = [
  foreign("ListPolicies", "a page token of ListPolicyEngines", async ({ make, prepare, ids }) => {
    for (const name of ["one", "two"]) await make("CreatePolicyEngine", { name });
    const page = await prepare<object>("bedrock-agentcore-control", "ListPolicyEngines", { maxResults: 1 });
    return { ...ids, ...page };
  }),
  foreign("ListPolicies", "a page token of another engine", async (world) => {
    const { policyEngineId } = await world.make("CreatePolicyEngine", { name: "elsewhere" });
    for (const name of ["three", "four"]) await world.make("CreatePolicy", policyOf(world, { policyEngineId, name }));
    const request = { policyEngineId, maxResults: 1 };
    const page = await world.prepare<object>("bedrock-agentcore-control", "ListPolicies", request);
    return { ...world.ids, ...page };
  }),
];

const unknown = [
  refused({
    operation: "ListPolicies",
    with: "an id that no engine has",
    input: { policyEngineId: NOBODY },
    answer: [404, "ResourceNotFoundException", `Policy engine ${NOBODY} not found`],
    source: "API reference, ListPolicies: ResourceNotFoundException",
    takenOut: agentCore("policies", "      state.engine(policyEngineId);\n      const listed", "      const listed"),
  }),
  refused({
    operation: "ListGatewayTargets",
    with: "an id that no gateway has",
    input: { gatewayIdentifier: NOBODY },
    answer: [404, "ResourceNotFoundException", `Gateway ${NOBODY} not found`],
    source: "API reference, ListGatewayTargets: ResourceNotFoundException",
    takenOut: agentCore("targets", "      state.gateway(gatewayIdentifier);\n      const listed", "      const listed"),
  }),
];

export const surface = controlPlane("lists", "lists", [
  ...shapes,
  ...numbers,
  ...truths,
  ...scopes,
  ...elsewhere,
  ...unknown,
]);
