import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const ROOT = path.resolve(__dirname, "../..");

const bench = (...args: string[]) =>
  spawnSync("npm", ["run", "--silent", "bench", "--", ...args], { cwd: ROOT, encoding: "utf8" });

test("an unknown benchmark is an error that names the known ones", () => {
  const { status, stderr } = bench("--only", "polcy-update");

  expect(status).toBe(1);
  expect(stderr).toContain("limit: policy-update, deployment, pre-token, gateway, synth");
  expect(stderr).toContain("fix:   did you mean policy-update?");
});

test("one benchmark alone prints its table and writes its figures, each with its reference", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "bench-test-"));
  const file = path.join(folder, "figures.json");
  try {
    const { status, stdout } = bench("--quick", "--only", "pre-token", "--json", file);

    expect(status).toBe(0);
    expect(stdout).toContain("### Pre-token Lambda");
    const { quick, benchmarks } = JSON.parse(readFileSync(file, "utf8")) as {
      quick: boolean;
      benchmarks: { name: string; figures: { value: number; ratio: number }[] }[];
    };
    expect(quick).toBe(true);
    expect(benchmarks.map(({ name }) => name)).toEqual(["pre-token"]);
    for (const { value, ratio } of benchmarks[0]?.figures ?? []) {
      expect(value).toBeGreaterThan(0);
      expect(ratio).toBeGreaterThan(0);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
