import { execFileSync } from "node:child_process";
import path from "node:path";

const ROOT = path.resolve(__dirname, "../..");

/** Lints one line of code with the project's own rule and returns the messages. */
function lint(code: string): string[] {
  const script = `
    import { Linter } from "eslint";
    import { noSecretsInOutput } from "./lint/no-secrets-in-output.mjs";
    const config = { plugins: { security: { rules: { "no-secrets-in-output": noSecretsInOutput } } }, rules: { "security/no-secrets-in-output": "error" } };
    console.log(JSON.stringify(new Linter().verify(process.env.CODE, config).map((m) => m.message)));
  `;
  const output = execFileSync(process.execPath, ["--input-type=module", "-e", script], {
    cwd: ROOT,
    env: { ...process.env, CODE: code },
  });
  return JSON.parse(output.toString()) as string[];
}

describe("the lint rule that keeps secrets out of output", () => {
  test.each([
    "console.log(clientSecret)",
    "log.step(`got ${accessToken}`)",
    "this.log.step('token ' + idToken)",
    "process.stderr.write(JSON.stringify({ password }))",
    "logger.info({ auth: response.authorization })",
    "new UserError(`refused ${jwt}`)",
    "console.error(ok ? user : machineClientSecret)",
  ])("refuses %s", (code) => {
    expect(lint(code)).toEqual([expect.stringContaining("is a secret or a token by its name")]);
  });

  test.each([
    "console.log(nextToken)",
    "log.step(`token endpoint ${tokenEndpoint}`)",
    "log.step(`secret has ${secret.length} characters`)",
    "fetch(url, { body: clientSecret })",
  ])("allows %s", (code) => {
    expect(lint(code)).toEqual([]);
  });
});
