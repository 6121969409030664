import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { UserError } from "../reporting/problem";

/** The oldest Terraform that knows write-only arguments. */
const OLDEST = [1, 11] as const;

/** Throws UserError, with how to get it, when there is no Terraform on PATH or one that is too old. */
export async function requireTerraform(environment: NodeJS.ProcessEnv): Promise<void> {
  const version = await versionOf(environment);
  const [major = 0, minor = 0] = (version ?? "").split(".").map(Number);
  if (version !== undefined && (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]))) return;
  throw new UserError("Terraform is needed", [
    {
      where: "PATH",
      what: version === undefined ? "there is no terraform command" : "this Terraform is too old",
      value: version,
      limit: `${OLDEST.join(".")} or later`,
      fix: "install it as https://developer.hashicorp.com/terraform/install says",
    },
  ]);
}

async function versionOf(environment: NodeJS.ProcessEnv): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)("terraform", ["version", "-json"], { env: environment });
    return (JSON.parse(stdout) as { terraform_version?: string }).terraform_version;
  } catch {
    return undefined;
  }
}
