import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const ROOT = path.resolve(__dirname, "..", "..");
const SOURCES = ["cdktf.json", "main.ts", "package.json", "tsconfig.json"];
const FOLDERS = ["cedar", "lambdas", "policies", "provisioners", "reporting", "settings", "stacks"];

const copies: string[] = [];
afterAll(() => copies.forEach((copy) => rmSync(copy, { recursive: true, force: true })));

/** What synthesis needs of the project, in a folder of its own. */
function copyOfProject(): string {
  const folder = mkdtempSync(path.join(tmpdir(), "copy-"));
  copies.push(folder);
  for (const entry of [...SOURCES, ...FOLDERS])
    cpSync(path.join(ROOT, entry), path.join(folder, entry), { recursive: true });
  symlinkSync(path.join(ROOT, "node_modules"), path.join(folder, "node_modules"));
  return folder;
}

interface Run {
  readonly code: number;
  readonly output: string;
}

/** `npm run synth` in a copy. */
function synth(folder: string, environment: Record<string, string> = {}): Promise<Run> {
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, ...environment };
  return new Promise((resolve) => {
    execFile(process.execPath, ["--import", "tsx", "main.ts"], { cwd: folder, env }, (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === "number" ? error.code : 0, output: stdout + stderr }),
    );
  });
}

/** SHA-256 of every file below a folder, by its path. */
function digests(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const entries = files.map((entry) => {
    const file = path.join(entry.parentPath, entry.name);
    return [path.relative(folder, file), createHash("sha256").update(readFileSync(file)).digest("hex")] as const;
  });
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

test("writes identical files in different folders, bundles included", async () => {
  const [one, other] = [copyOfProject(), copyOfProject()];
  const runs = await Promise.all([synth(one), synth(other)]);
  expect(runs).toEqual([
    { code: 0, output: "" },
    { code: 0, output: "" },
  ]);
  const written = digests(path.join(one, "cdktf.out"));
  expect(Object.keys(written)).toEqual(
    expect.arrayContaining([
      "stacks/dev-identity/cdk.tf.json",
      "stacks/dev-gateway/cdk.tf.json",
      expect.stringMatching(/lifecycle_scripts\/\w+\/index\.js$/),
      expect.stringMatching(/sample-tool\.zip$/),
      expect.stringMatching(/statements\/\w+\/text_analysis\.cedar$/),
    ]),
  );
  expect(digests(path.join(other, "cdktf.out"))).toEqual(written);
});

test("shows mistakes in settings, tools and policies at once, without a stack trace, and exits with 1", async () => {
  const folder = copyOfProject();
  const settings = path.join(folder, "settings", "dev.yaml");
  writeFileSync(settings, `${readFileSync(settings, "utf8")}\ngatway:\n  tracing: true\n`);
  writeFileSync(path.join(folder, "lambdas", "tools", "sample-tool", "spec.json"), "[{]");
  const { code, output } = await synth(folder);
  expect(code).toBe(1);
  expect(output).toMatch(/settings\/dev\.yaml:\d+ gatway: is not a setting[^]*did you mean gateway\?/);
  expect(output).toMatch(/lambdas\/tools\/sample-tool\/spec\.json: is not JSON/);
  expect(output).not.toMatch(/^\s+at /m);
});

test("refuses a statement about a tool that no target has, which AWS would silently never apply", async () => {
  const folder = copyOfProject();
  const file = path.join(folder, "policies", "allow-guest", "text_analysis.cedar");
  writeFileSync(file, readFileSync(file, "utf8").replace("text_analysis_tool", "text_analysis_tol"));
  const { code, output } = await synth(folder);
  expect(code).toBe(1);
  expect(output).toMatch(/policies\/allow-guest\/text_analysis\.cedar:4: no target has this tool/);
  expect(output).toContain("did you mean sample-tool-target___text_analysis_tool?");
});

test("refuses a statement about a claim that the pre-token Lambda does not give", async () => {
  const folder = copyOfProject();
  const file = path.join(folder, "policies", "allow-guest", "text_analysis.cedar");
  writeFileSync(file, readFileSync(file, "utf8").replaceAll('"department"', '"departmnt"'));
  const { code, output } = await synth(folder);
  expect(code).toBe(1);
  expect(output).toMatch(/text_analysis\.cedar:8: no token has this claim[^]*did you mean department\?/);
});

test("refuses a permit that only excludes", async () => {
  const folder = copyOfProject();
  const file = path.join(folder, "policies", "allow-guest", "text_analysis.cedar");
  writeFileSync(file, readFileSync(file, "utf8").replace("when {", "unless {"));
  const { code, output } = await synth(folder);
  expect(code).toBe(1);
  expect(output).toMatch(/text_analysis\.cedar: the permit may let in a caller whose token says nothing of the user/);
});

test("chooses the policy set by POLICY_SET, and names the sets where there is none of that name", async () => {
  const folder = copyOfProject();
  expect(await synth(folder, { POLICY_SET: "deny-guest" })).toEqual({ code: 0, output: "" });
  const json = readFileSync(path.join(folder, "cdktf.out", "stacks", "dev-gateway", "cdk.tf.json"), "utf8");
  expect(json).toContain(String.raw`[\"finance\", \"engineering\"]`);
  const { code, output } = await synth(folder, { POLICY_SET: "deny-gest" });
  expect(code).toBe(1);
  expect(output).toMatch(
    /POLICY_SET: there is no such policy set[^]*allow-guest, deny-guest[^]*did you mean deny-guest\?/,
  );
});

test("warns where nothing is enforced", async () => {
  const folder = copyOfProject();
  const settings = path.join(folder, "settings", "dev.yaml");
  writeFileSync(settings, readFileSync(settings, "utf8").replace("mode: ENFORCE", "mode: LOG_ONLY"));
  const { code, output } = await synth(folder);
  expect(code).toBe(0);
  expect(output).toMatch(/^warning: policyEngine\.mode is LOG_ONLY: nothing is enforced/);
});
