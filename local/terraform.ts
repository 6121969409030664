import { execFile, type ExecFileException } from "node:child_process";
import { promisify } from "node:util";
import { UserError } from "../reporting/problem";

/** The oldest Terraform that knows write-only arguments. */
const OLDEST = [1, 11] as const;

const INSTALL = "install it as https://developer.hashicorp.com/terraform/install says";

/** Throws UserError, with what to do, when there is no Terraform on PATH, one that does not run, or one that is too old. */
export async function requireTerraform(environment: NodeJS.ProcessEnv): Promise<void> {
  const { version, said } = await ask(environment);
  const [major = 0, minor = 0] = (version ?? "").split(".").map(Number);
  if (version !== undefined && (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]))) return;
  const limit = `${OLDEST.join(".")} or later`;
  const problem =
    said === undefined
      ? { what: version === undefined ? "there is no terraform command" : "this Terraform is too old", value: version }
      : { what: "there is a terraform command, but `terraform version` does not work", value: said };
  const fix = said === undefined ? INSTALL : `mend it, or ${INSTALL}`;
  throw new UserError("Terraform is needed", [{ where: "PATH", ...problem, limit, fix }]);
}

/** Terraform's version; or what it said instead, where there is one. */
async function ask(environment: NodeJS.ProcessEnv): Promise<{ version?: string; said?: string }> {
  try {
    const { stdout } = await promisify(execFile)("terraform", ["version", "-json"], { env: environment });
    return versionIn(stdout);
  } catch (error) {
    const {
      code,
      stdout = "",
      stderr = "",
      message,
    } = error as ExecFileException & { stdout?: string; stderr?: string };
    if (code === "ENOENT") return {};
    return { said: shortened(`${stderr}${stdout}`.trim() || message) };
  }
}

function versionIn(stdout: string): { version?: string; said?: string } {
  try {
    const { terraform_version: version } = JSON.parse(stdout) as { terraform_version?: unknown };
    if (typeof version === "string") return { version };
  } catch {
    // It is said below what came instead.
  }
  return { said: shortened(stdout.trim() || "nothing") };
}

const LONGEST_SHOWN = 500;
const shortened = (text: string) => (text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text);
