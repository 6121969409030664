import { execFile, spawnSync } from "node:child_process";
import { promisify } from "node:util";
import { OfflineAws } from "../../../local/offline-aws";

/** The AWS CLI where this machine has one; `skipped` says that it has none. */
const testWithAwsCli = spawnSync("aws", ["--version"]).status === 0 ? test : test.skip;

let aws: OfflineAws;
beforeAll(async () => {
  aws = await OfflineAws.start();
});
afterAll(() => aws.close());

async function cli(...args: string[]): Promise<Record<string, unknown>> {
  const env = { PATH: process.env.PATH, HOME: "/nonexistent", ...aws.environment() };
  const { stdout } = await promisify(execFile)("aws", [...args, "--output", "json"], { env });
  return (stdout ? JSON.parse(stdout) : {}) as Record<string, unknown>;
}

testWithAwsCli("makes, lists and deletes a policy engine", async () => {
  const { policyEngineId } = await cli("bedrock-agentcore-control", "create-policy-engine", "--name", "cli_engine");
  const listed = await cli("bedrock-agentcore-control", "list-policy-engines");
  const id = String(policyEngineId);
  const deleted = await cli("bedrock-agentcore-control", "delete-policy-engine", "--policy-engine-id", id);

  expect(listed).toMatchObject({ policyEngines: [{ name: "cli_engine", policyEngineId }] });
  expect(deleted).toMatchObject({ status: "DELETING" });
});

testWithAwsCli("reads and writes parameters and secrets, and asks who it is", async () => {
  await cli("ssm", "put-parameter", "--name", "/cli/greeting", "--type", "String", "--value", "hello");
  await cli("secretsmanager", "create-secret", "--name", "/cli/secret", "--secret-string", "whisper");

  expect(await cli("ssm", "get-parameter", "--name", "/cli/greeting")).toMatchObject({ Parameter: { Value: "hello" } });
  expect(await cli("secretsmanager", "get-secret-value", "--secret-id", "/cli/secret")).toMatchObject({
    SecretString: "whisper",
  });
  expect(await cli("sts", "get-caller-identity")).toMatchObject({ Account: "111122223333" });
});

testWithAwsCli("makes a user pool and a role", async () => {
  const trust = {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
  };
  const role = await cli(
    "iam",
    "create-role",
    "--role-name",
    "cli",
    "--assume-role-policy-document",
    JSON.stringify(trust),
  );
  const pool = await cli("cognito-idp", "create-user-pool", "--pool-name", "cli-pool");

  expect(role).toMatchObject({ Role: { Arn: "arn:aws:iam::111122223333:role/cli" } });
  expect(pool).toMatchObject({ UserPool: { Name: "cli-pool" } });
});

testWithAwsCli("gets AWS's words for what is refused", async () => {
  await expect(cli("bedrock-agentcore-control", "create-policy-engine", "--name", "a-b")).rejects.toThrow(
    /An error occurred \(ValidationException\) when calling the CreatePolicyEngine operation/,
  );
});
