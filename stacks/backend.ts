import { CloudBackend, LocalBackend, NamedCloudWorkspace, S3Backend, type TerraformStack } from "cdktf";
import { workspaceName } from "../settings/names";
import type { Settings } from "../settings/schema";

/** Which of a deployment's two stacks. */
export type StackKind = "identity" | "gateway";

const HCP_TERRAFORM = "app.terraform.io";

/**
 * Tells Terraform where a stack's state is. State is per environment and stack, so that environments which share a
 * checkout, a bucket or an organization do not meet.
 */
export function addBackend(stack: TerraformStack, kind: StackKind, settings: Settings): void {
  const { backend, name, environment } = settings;
  switch (backend.type) {
    case "local":
      // Relative to the stack's folder: beside cdktf.out, and the same wherever the project lies.
      new LocalBackend(stack, { path: `../../../terraform.${environment}.${kind}.tfstate` });
      return;
    case "s3":
      new S3Backend(stack, {
        bucket: backend.bucket,
        key: [backend.prefix, name, `${kind}.tfstate`].filter(Boolean).join("/"),
        region: backend.region ?? settings.region,
        encrypt: true,
        ...(backend.kmsKeyArn ? { kmsKeyId: backend.kmsKeyArn } : {}),
      });
      // Locking without a DynamoDB table, since Terraform 1.10; the bindings do not know it.
      stack.addOverride("terraform.backend.s3.use_lockfile", true);
      return;
    case "cloud":
      new CloudBackend(stack, {
        hostname: backend.hostname ?? HCP_TERRAFORM,
        organization: backend.organization,
        workspaces: new NamedCloudWorkspace(workspaceName(name, kind), backend.project),
      });
  }
}
