import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { loadSettings, settingsFromEnvironment } from "../../settings/load";

const TIED = `
name: demo
region: eu-west-1
assumeRoleArn: arn:aws:iam::111122223333:role/deployer
backend:
  type: s3
  bucket: state-of-demo
userPool:
  deletionProtection: true
  callbackUrls: [https://example.com]
policySet: allow-guest
imports:
  aws_cognito_user_pool.user_pool: us-east-1_EXAMPLE
`;

describe("an ephemeral deployment", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "settings-"));
  writeFileSync(path.join(folder, "dev.yaml"), TIED);
  afterAll(() => rmSync(folder, { recursive: true }));

  test("keeps its state in a file, assumes no role, imports nothing and can be deleted; all else is as the settings say", () => {
    const tied = loadSettings("dev", {}, folder);
    expect(loadSettings("dev", { ephemeral: true }, folder)).toEqual({
      ...tied,
      backend: { type: "local" },
      assumeRoleArn: undefined,
      imports: {},
      userPool: { ...tied.userPool, deletionProtection: false },
    });
    expect(tied).toMatchObject({
      backend: { type: "s3" },
      imports: { "aws_cognito_user_pool.user_pool": "us-east-1_EXAMPLE" },
    });
  });
});

test.each(["false", "0", "no"])("EPHEMERAL=%s unties nothing", (EPHEMERAL) => {
  const ENVIRONMENT = "prod";
  expect(settingsFromEnvironment({ ENVIRONMENT, EPHEMERAL })).toEqual(settingsFromEnvironment({ ENVIRONMENT }));
});
