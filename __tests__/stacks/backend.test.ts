import type { Backend } from "../../settings/schema";
import { project, synthesise } from "./synthesised";

const { name } = project().settings;
const terraformOf = (backend: Backend) => {
  const { identity, gateway } = synthesise(project({ settings: { backend } }));
  return { identity: identity.json.terraform, gateway: gateway.json.terraform };
};

test("local state lies beside cdktf.out, a file per environment and stack", () => {
  const path = (stack: string) => ({ backend: { local: { path: `../../../terraform.dev.${stack}.tfstate` } } });
  expect(terraformOf({ type: "local" })).toMatchObject({ identity: path("identity"), gateway: path("gateway") });
});

test("state in S3 is encrypted, locked, and has a key of its own per deployment and stack", () => {
  const s3 = (stack: string) => ({
    backend: {
      s3: {
        bucket: "states",
        key: `teams/agents/${name}/${stack}.tfstate`,
        region: "eu-central-1",
        encrypt: true,
        use_lockfile: true,
      },
    },
  });
  const backend: Backend = { type: "s3", bucket: "states", prefix: "teams/agents", region: "eu-central-1" };
  expect(terraformOf(backend)).toMatchObject({ identity: s3("identity"), gateway: s3("gateway") });
});

test("state in S3 is encrypted by the key that the settings name", () => {
  const kmsKeyArn = "arn:aws:kms:us-east-1:111122223333:key/1";
  const s3 = { backend: { s3: { encrypt: true, kms_key_id: kmsKeyArn } } };
  expect(terraformOf({ type: "s3", bucket: "states", kmsKeyArn })).toMatchObject({ identity: s3, gateway: s3 });
});

test("HCP Terraform has a workspace per stack", () => {
  const cloud = (stack: string) => ({
    cloud: {
      hostname: "app.terraform.io",
      organization: "acme",
      workspaces: { name: `${name}-${stack}`, project: "Agents" },
    },
  });
  const backend: Backend = { type: "cloud", organization: "acme", project: "Agents" };
  expect(terraformOf(backend)).toMatchObject({ identity: cloud("identity"), gateway: cloud("gateway") });
});

test("every stack wants a Terraform with write-only arguments, and tags what it makes", () => {
  const { identity, gateway } = synthesise(project({ settings: { tags: { CostCenter: "42" } } }));
  for (const { json } of [identity, gateway]) {
    expect(json.terraform).toMatchObject({ required_version: ">= 1.11.0" });
    expect(json.provider).toMatchObject({
      aws: [
        {
          region: "us-east-1",
          default_tags: [
            {
              tags: {
                Project: name,
                ManagedBy: "Terraform",
                Repository: "agentcore-gateway-identity",
                CostCenter: "42",
              },
            },
          ],
        },
      ],
    });
  }
});
