import { checkName, checkToolFolder, longestName } from "../../settings/name-limits";
import { domainPrefix, namesFor, toolNamesFor } from "../../settings/names";

const REGION = "us-east-1";
const name = (length: number) => "a".repeat(length);

describe("a deployment's name", () => {
  test.each(["a", "agents", "agents-dev", "a1-b2-c3", "x9"])("may be %s", (good) => {
    expect(checkName(good, REGION)).toEqual([]);
  });

  test.each(["", "Agents", "1agents", "-agents", "agents-", "a--b", "a_b", "a b", "ägents"])("may not be %j", (bad) => {
    expect(checkName(bad, REGION)).toHaveLength(1);
  });

  test("is put right where it nearly is", () => {
    expect(checkName("My_Agents 2", REGION)).toEqual([expect.objectContaining({ fix: "write my-agents-2" })]);
  });

  test.each(["My_AWS_Agents", "SSM Agents", "Amazon.x"])(
    "is not put right by a name that is refused as well: %s",
    (bad) => {
      expect(checkName(bad, REGION)).toEqual([expect.objectContaining({ fix: expect.stringContaining("agents-dev") })]);
    },
  );

  test.each(["my-aws-agents", "amazonia", "cognito-test"])("may not be %s, for the sign-in domain", (bad) => {
    expect(checkName(bad, REGION)).toEqual([expect.objectContaining({ limit: expect.stringContaining("Cognito") })]);
  });

  test("may not begin with ssm, for the parameters", () => {
    expect(checkName("ssm-agents", REGION)).toHaveLength(1);
    expect(checkName("agents-ssm", REGION)).toEqual([]);
  });

  test("is as long as every derived name allows, and not one character longer", () => {
    const most = longestName(REGION);
    expect(checkName(name(most), REGION)).toEqual([]);
    expect(checkName(name(most + 1), REGION)).toEqual([
      expect.objectContaining({
        what: "is too long",
        limit: expect.stringMatching(new RegExp(`^${most} characters in us-east-1: the .* has at most \\d+ `)),
        fix: "take away 1 characters or more",
      }),
    ]);
  });

  test("at its longest fits the limits of the services", () => {
    const longest = name(longestName(REGION));
    const names = namesFor(longest);
    expect(names.policyEngine).toMatch(/^[A-Za-z][A-Za-z0-9_]{0,47}$/);
    expect(names.gateway).toMatch(/^([0-9a-zA-Z]-?){1,100}$/);
    expect(names.gatewayRole.length).toBeLessThanOrEqual(64);
    expect(names.preTokenRole.length).toBeLessThanOrEqual(64);
    expect(names.tracesSource.length).toBeLessThanOrEqual(60);
    expect(domainPrefix(longest, "111122223333", REGION)).toMatch(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/);
  });

  test("is shorter where the region's own name leaves less", () => {
    const region = "ap-southeast-1-with-a-very-long-name-for-a-region";
    expect(longestName(region)).toBeLessThan(longestName(REGION));
    expect(checkName(name(20), region)).toEqual([
      expect.objectContaining({ limit: expect.stringContaining("sign-in domain prefix") }),
    ]);
  });
});

test("names are those that FAST gives", () => {
  expect(namesFor("my-agents")).toMatchObject({
    userPool: "my-agents-user-pool",
    invitationSubject: "Welcome to my-agents!",
    webClient: "my-agents-client",
    machineClient: "my-agents-machine-client",
    resourceServer: "my-agents-gateway",
    resourceServerTitle: "my-agents-gateway-resource-server",
    preToken: "my-agents-pretoken-v3",
    credentialProvider: "my-agents-runtime-gateway-auth",
    machineClientSecret: "/my-agents/machine_client_secret",
    gateway: "my-agents-gateway",
    gatewayRole: "my-agents-gateway-role",
    policyEngine: "my_agents_policy_engine",
    parameters: {
      userPoolId: "/my-agents/cognito-user-pool-id",
      webClientId: "/my-agents/cognito-user-pool-client-id",
      machineClientId: "/my-agents/machine_client_id",
      cognitoProvider: "/my-agents/cognito_provider",
      discoveryUrl: "/my-agents/discovery_url",
      gatewayUrl: "/my-agents/gateway_url",
    },
  });
  expect(toolNamesFor("my-agents", "sample-tool").function).toBe("my-agents-sample-tool");
});

describe("a tool's folder", () => {
  test("is as long as the function's role allows", () => {
    const most = 64 - "agents--role".length;
    expect(checkToolFolder("agents", name(most))).toEqual([]);
    expect(checkToolFolder("agents", name(most + 1))).toEqual([
      expect.objectContaining({ limit: expect.stringMatching(new RegExp(`^${most} characters: the role`)) }),
    ]);
  });

  test.each(["gateway", "pretoken-v3"])("may not be %s: the deployment has such a name itself", (folder) => {
    expect(checkToolFolder("agents", folder)).toEqual([
      expect.objectContaining({ fix: "give the folder another name" }),
    ]);
  });
});
