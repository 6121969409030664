import { OfflineAws } from "../../local/offline-aws";
import { namesFor } from "../../settings/names";
import { findDeployment, type Deployment } from "../../verify/deployment";
import { TokenSource } from "../../verify/machine-token";
import { AUTHORIZER, createGateway, createRole } from "../support/gateway";

const ACCOUNT = { region: "us-east-1", assumeRoleArn: "" };
const names = namesFor("demo");
const before = { ...process.env };
let aws: OfflineAws;

beforeAll(async () => {
  aws = await OfflineAws.start();
  Object.assign(process.env, aws.environment());
});

afterAll(async () => {
  process.env = before;
  await aws.close();
});

describe("finding a deployment", () => {
  test("names everything that is missing, and what to do", async () => {
    const found = findDeployment(names, ACCOUNT);

    await expect(found).rejects.toThrow(/^there is no complete deployment in us-east-1/);
    for (const part of [
      "SSM parameter /demo/gateway_url",
      "SSM parameter /demo/discovery_url",
      "SSM parameter /demo/machine_client_id",
      "secret /demo/machine_client_secret",
      "gateway demo-gateway",
    ]) {
      await expect(found).rejects.toThrow(part);
    }
  });
});

describe("a deployment whose parameters somebody can write", () => {
  const SECRET = "correct-horse-battery-staple";
  const { discoveryUrl } = AUTHORIZER.customJWTAuthorizer;
  const caller = { arn: "arn:aws:iam::111122223333:user/console", via: "sdk" } as const;
  const publish = (Name: string, Value: string) =>
    aws.call("ssm", "PutParameter", { Name, Value, Type: "String", Overwrite: true }, caller);
  let ownUrl: string;

  beforeAll(async () => {
    const { gatewayUrl = "" } = await createGateway(aws, await createRole(aws));
    ownUrl = gatewayUrl;
    await aws.call(
      "secretsmanager",
      "CreateSecret",
      { Name: names.machineClientSecret, SecretString: SECRET, ClientRequestToken: "0".repeat(32) },
      caller,
    );
    await publish(names.parameters.machineClientId, "machine-client");
  });

  beforeEach(async () => {
    await publish(names.parameters.gatewayUrl, ownUrl);
    await publish(names.parameters.discoveryUrl, discoveryUrl);
  });

  test("is found when they are the gateway's own addresses", async () => {
    await expect(findDeployment(names, ACCOUNT)).resolves.toMatchObject({ gatewayUrl: ownUrl, discoveryUrl });
  });

  test("is not asked at an address that is not its gateway's: all of them are named, and no secret", async () => {
    await publish(names.parameters.gatewayUrl, "https://gateway.attacker.example/mcp");
    await publish(names.parameters.discoveryUrl, "https://pool.attacker.example/.well-known/openid-configuration");

    const found = findDeployment(names, ACCOUNT);

    await expect(found).rejects.toThrow(/nothing was sent to them/);
    for (const part of ["/demo/gateway_url", "gateway.attacker", ownUrl]) await expect(found).rejects.toThrow(part);
    for (const part of ["/demo/discovery_url", "pool.attacker", discoveryUrl]) {
      await expect(found).rejects.toThrow(part);
    }
    await expect(found).rejects.not.toThrow(SECRET);
  });

  test.each([
    ["gateway", () => publish(names.parameters.gatewayUrl, `${ownUrl}/`)],
    ["discovery document", () => publish(names.parameters.discoveryUrl, `${discoveryUrl}?`)],
  ])("is not asked at another %s, however alike", async (_, change) => {
    await change();

    await expect(findDeployment(names, ACCOUNT)).rejects.toThrow(/another address than that of gateway/);
  });
});

describe("the token source", () => {
  test.each([
    ["a document that is not https", "http://127.0.0.1:9/.well-known/openid-configuration"],
    ["a host that does not answer", "https://127.0.0.1:9/.well-known/openid-configuration"],
    ["an address that is none", "not-an-address"],
  ])("refuses %s, and does not tell the client's secret", async (_, discoveryUrl) => {
    const machineClientSecret = "correct-horse-battery-staple";
    const deployment = { discoveryUrl, machineClientId: "machine", machineClientSecret } as Deployment;

    const opened = TokenSource.open(deployment, ["demo-gateway/read"]);

    await expect(opened).rejects.toThrow(/^the discovery document .* is not to be had: .+/);
    await expect(opened).rejects.not.toThrow(machineClientSecret);
  });
});
