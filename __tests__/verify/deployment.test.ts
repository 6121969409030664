import { OfflineAws } from "../../local/offline-aws";
import { namesFor } from "../../settings/names";
import { findDeployment, type Deployment } from "../../verify/deployment";
import { TokenSource } from "../../verify/machine-token";

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
