import { RULES } from "../../../local/agentcore/rules";
import { agentCoreRoutes } from "../../../local/agentcore/routes";
import { LAMBDA, ROLE, controlPlane, gateway, target } from "./world";

const { call, createEngine, createGateway } = controlPlane();

const long = (length: number) => "a".repeat(length);
const tool = (members: object) => {
  const lambda = target().targetConfiguration.mcp.lambda;
  const [first] = lambda.toolSchema.inlinePayload;
  const inlinePayload = [{ ...first, ...members }];
  return { targetConfiguration: { mcp: { lambda: { ...lambda, toolSchema: { inlinePayload } } } } };
};
const ENGINE = "demo-abcdefghij";
const GATEWAY = "demo-abcdefghij";
const policy = {
  policyEngineId: ENGINE,
  name: "p",
  definition: { cedar: { statement: `permit(principal, action, resource) ${" ".repeat(20)};` } },
};
const provider = (config: object) => ({
  name: "p",
  credentialProviderVendor: "CustomOauth2",
  oauth2ProviderConfigInput: { customOauth2ProviderConfig: config },
});

/** Operation, request, and what the ValidationException names. */
const REFUSED: [operation: string, request: object, member: RegExp][] = [
  ["CreatePolicyEngine", {}, /'name' .* must not be null/],
  ["CreatePolicyEngine", { name: null }, /'name' .* must not be null/],
  ["CreatePolicyEngine", { name: 1 }, /'name' .* of type string/],
  ["CreatePolicyEngine", { name: "" }, /'name' .* length greater than or equal to 1/],
  ["CreatePolicyEngine", { name: long(49) }, /'name' .* length less than or equal to 48/],
  ["CreatePolicyEngine", { name: "with-hyphen" }, /'name' .* pattern: \[A-Za-z\]/],
  ["CreatePolicyEngine", { name: "1st" }, /'name' .* pattern/],
  ["CreatePolicyEngine", { name: "e\n" }, /'name' .* pattern/],
  ["CreatePolicyEngine", { name: "e", description: "" }, /'description' .* length/],
  ["CreatePolicyEngine", { name: "e", description: long(4097) }, /'description' .* 4096/],
  ["CreatePolicyEngine", { name: "e", clientToken: long(32) }, /'clientToken' .* 33/],
  ["CreatePolicyEngine", { name: "e", clientToken: `${long(40)}!` }, /'clientToken' .* pattern/],
  ["CreatePolicyEngine", { name: "e", encryptionKeyArn: "key" }, /'encryptionKeyArn' .* pattern/],
  ["CreatePolicyEngine", { name: "e", tags: { "a!": "b" } }, /'tags\.a!'/],
  ["CreatePolicyEngine", { name: "e", tags: { a: long(257) } }, /'tags\.a' .* 256/],
  ["CreatePolicyEngine", { name: "e", tags: Object.fromEntries([...Array(51).keys()].map((n) => [n, ""])) }, /'tags'/],
  ["GetPolicyEngine", { policyEngineId: "demo" }, /'policyEngineId'/],
  ["ListPolicyEngines", { maxResults: 0 }, /'maxResults' .* greater than or equal to 1/],
  ["ListPolicyEngines", { maxResults: 101 }, /'maxResults' .* less than or equal to 100/],
  ["ListPolicyEngines", { maxResults: "many" }, /'maxResults'/],
  ["ListPolicyEngines", { nextToken: "with space" }, /'nextToken'/],
  ["CreatePolicy", { ...policy, policyEngineId: undefined }, /'policyEngineId' .* must not be null/],
  ["CreatePolicy", { ...policy, name: "a.b" }, /'name'/],
  ["CreatePolicy", { ...policy, definition: {} }, /'definition' .* exactly one of: \[cedar, policy\]/],
  [
    "CreatePolicy",
    { ...policy, definition: { cedar: policy.definition.cedar, policy: policy.definition.cedar } },
    /'definition'/,
  ],
  ["CreatePolicy", { ...policy, definition: { cedar: { statement: long(34) } } }, /'definition.cedar.statement' .* 35/],
  ["CreatePolicy", { ...policy, definition: { cedar: { statement: long(10_001) } } }, /statement' .* 10000/],
  [
    "CreatePolicy",
    { ...policy, validationMode: "NONE" },
    /'validationMode' .* \[FAIL_ON_ANY_FINDINGS, IGNORE_ALL_FINDINGS\]/,
  ],
  ["CreatePolicy", { ...policy, enforcementMode: "OFF" }, /'enforcementMode' .* \[ACTIVE, LOG_ONLY\]/],
  [
    "UpdatePolicy",
    { policyEngineId: ENGINE, policyId: ENGINE, description: "bare" },
    /'description' .* of type object/,
  ],
  ["CreateGateway", { ...gateway(), name: undefined }, /'name' .* must not be null/],
  ["CreateGateway", { ...gateway(), name: "double--hyphen" }, /'name' .* pattern/],
  ["CreateGateway", { ...gateway(), name: long(101) }, /'name' .* pattern/],
  ["CreateGateway", { ...gateway(), roleArn: "role" }, /'roleArn' .* pattern/],
  ["CreateGateway", { ...gateway(), authorizerType: "JWT" }, /'authorizerType' .* \[CUSTOM_JWT, /],
  ["CreateGateway", { ...gateway(), protocolType: "A2A" }, /'protocolType'/],
  ["CreateGateway", { ...gateway(), description: long(201) }, /'description' .* 200/],
  ["CreateGateway", { ...gateway(), authorizerConfiguration: undefined }, /authorizerConfiguration is required/],
  [
    "CreateGateway",
    { ...gateway(), authorizerConfiguration: { customJWTAuthorizer: { discoveryUrl: "https://example.com" } } },
    /discoveryUrl' .* pattern/,
  ],
  [
    "CreateGateway",
    { ...gateway(), protocolConfiguration: { mcp: { supportedVersions: ["1999-01-01"] } } },
    /supportedVersions\.1\.member'/,
  ],
  [
    "CreateGateway",
    { ...gateway(), policyEngineConfiguration: { arn: "engine", mode: "ENFORCE" } },
    /'policyEngineConfiguration.arn'/,
  ],
  [
    "CreateGateway",
    { ...gateway(), policyEngineConfiguration: { mode: "OFF" } },
    /arn' .* null; .*mode' .* \[LOG_ONLY, ENFORCE\]/,
  ],
  ["CreateGateway", { ...gateway(), roleArn: `${ROLE}-of-nobody` }, /role cannot be assumed/],
  ["UpdateGateway", { gatewayIdentifier: GATEWAY }, /'name' .* null; .*'roleArn' .* null; .*'authorizerType' .* null/],
  ["UpdateGateway", { ...gateway(), gatewayIdentifier: "Upper-abcdefghij" }, /'gatewayIdentifier'/],
  ["CreateGatewayTarget", { gatewayIdentifier: GATEWAY, name: "t" }, /'targetConfiguration' .* null/],
  ["CreateGatewayTarget", { ...target(), gatewayIdentifier: GATEWAY, name: "a_b" }, /'name' .* pattern/],
  [
    "CreateGatewayTarget",
    { ...target(), gatewayIdentifier: GATEWAY, ...tool({ name: undefined }) },
    /1\.member\.name' .* null/,
  ],
  [
    "CreateGatewayTarget",
    { ...target(), gatewayIdentifier: GATEWAY, ...tool({ inputSchema: { type: "text" } }) },
    /type'/,
  ],
  [
    "CreateGatewayTarget",
    { ...target(), gatewayIdentifier: GATEWAY, targetConfiguration: { mcp: { lambda: { lambdaArn: LAMBDA } } } },
    /toolSchema' .* null/,
  ],
  ["GetGatewayTarget", { gatewayIdentifier: GATEWAY, targetId: "short" }, /'targetId'/],
  ["TagResource", { resourceArn: "x", tags: {} }, /'resourceArn'/],
  ["UntagResource", { resourceArn: "x" }, /'tagKeys' .* null/],
  ["CreateOauth2CredentialProvider", { ...provider({}), name: "a b" }, /'name'/],
  ["CreateOauth2CredentialProvider", provider({ clientId: "c" }), /oauthDiscovery' .* null; .*clientSecret' .* null/],
  ["ListOauth2CredentialProviders", { maxResults: 21 }, /'maxResults' .* 20/],
];

test.each(REFUSED)("%s refuses %j", async (operation, request, member) => {
  await expect(call(operation, request)).rejects.toMatchObject({
    code: "ValidationException",
    status: 400,
    message: expect.stringMatching(member),
  });
});

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

const UNKNOWN: [operation: string, request: object][] = [
  ["GetPolicyEngine", { policyEngineId: ENGINE }],
  ["UpdatePolicyEngine", { policyEngineId: ENGINE }],
  ["DeletePolicyEngine", { policyEngineId: ENGINE }],
  ["CreatePolicy", policy],
  ["ListPolicies", { policyEngineId: ENGINE }],
  ["GetPolicy", { policyEngineId: ENGINE, policyId: ENGINE }],
  ["UpdatePolicy", { policyEngineId: ENGINE, policyId: ENGINE }],
  ["DeletePolicy", { policyEngineId: ENGINE, policyId: ENGINE }],
  ["GetGateway", { gatewayIdentifier: GATEWAY }],
  ["UpdateGateway", { ...gateway(), gatewayIdentifier: GATEWAY }],
  ["DeleteGateway", { gatewayIdentifier: GATEWAY }],
  ["ListGatewayTargets", { gatewayIdentifier: GATEWAY }],
  ["CreateGatewayTarget", { ...target(), gatewayIdentifier: GATEWAY }],
  ["ListTagsForResource", { resourceArn: "arn:aws:bedrock-agentcore:us-east-1:111122223333:gateway/x-abcdefghij" }],
  ["GetOauth2CredentialProvider", { name: "nobody" }],
  ["DeleteOauth2CredentialProvider", { name: "nobody" }],
];

test.each(UNKNOWN)("%s of something that is not there is ResourceNotFoundException", async (operation, request) => {
  await expect(call(operation, request)).rejects.toMatchObject({ code: "ResourceNotFoundException", status: 404 });
});

test("every operation has a rule and a route, and every route an operation", () => {
  expect(agentCoreRoutes.map(({ operation }) => operation).sort()).toEqual(Object.keys(RULES).sort());
});
