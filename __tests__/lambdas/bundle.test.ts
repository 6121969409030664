import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { unzipSync } from "fflate";
import { bundlePreToken, bundleTool } from "../../lambdas/bundle";
import { discoverTools } from "../../lambdas/discover";

const ROOT = path.resolve(__dirname, "../..");
const DIRECTORY = { gatewayScopes: ["demo-gateway/read"], users: {}, defaultGroup: null };

describe("Lambda bundles", () => {
  test("hold the code and what goes beside it, nothing else", () => {
    const files = (zip: string) => Object.keys(unzipSync(readFileSync(zip)));
    expect(files(bundlePreToken(DIRECTORY).zipPath)).toEqual(["directory.json", "index.js"]);
    expect(files(bundleTool("sample-tool").zipPath)).toEqual(["index.js"]);
  });

  test("change with the directory, and not otherwise", () => {
    const first = bundlePreToken(DIRECTORY).sourceCodeHash;
    expect(bundlePreToken(DIRECTORY).sourceCodeHash).toBe(first);
    expect(bundlePreToken({ ...DIRECTORY, gatewayScopes: ["other/read"] }).sourceCodeHash).not.toBe(first);
  });

  test("of two directories do not overwrite one another", () => {
    const first = bundlePreToken(DIRECTORY);
    const bytes = readFileSync(first.zipPath);
    bundlePreToken({ ...DIRECTORY, gatewayScopes: ["other/read"] });
    expect(readFileSync(first.zipPath).equals(bytes)).toBe(true);
  });

  test("are the same bytes in another folder, another time zone and another locale", () => {
    const folder = mkdtempSync(path.join(tmpdir(), "other-clone-"));
    for (const part of ["lambdas", "provisioners", "cedar", "reporting", "tsconfig.json", "package.json"]) {
      cpSync(path.join(ROOT, part), path.join(folder, part), { recursive: true });
    }
    mkdirSync(path.join(folder, "deeper"));
    symlinkSync(path.join(ROOT, "node_modules"), path.join(folder, "node_modules"));
    const script = `
      const { bundlePreToken, bundleTool } = require("./lambdas/bundle");
      const { bundleProvisioners } = require("./provisioners/bundle");
      const { createHash } = require("node:crypto");
      const { readFileSync } = require("node:fs");
      const scripts = createHash("sha256").update(readFileSync(bundleProvisioners() + "/index.js")).digest("hex");
      console.log(JSON.stringify([bundlePreToken(${JSON.stringify(DIRECTORY)}).sourceCodeHash, bundleTool("sample-tool").sourceCodeHash, scripts]));`;
    const run = (cwd: string, env: Record<string, string>) =>
      JSON.parse(
        execFileSync(process.execPath, ["--require", "tsx/cjs", "-e", script], {
          cwd,
          env: { ...process.env, ...env },
        }).toString(),
      ) as string[];

    const here = run(ROOT, { TZ: "UTC" });
    const there = run(folder, { TZ: "Pacific/Auckland", LANG: "de_DE.UTF-8" });
    rmSync(folder, { recursive: true });

    expect(there).toEqual(here);
  });
});

describe("tools", () => {
  test("are what lies below lambdas/tools, with their specs", () => {
    expect(discoverTools()).toEqual([
      expect.objectContaining({
        folder: "sample-tool",
        target: expect.objectContaining({ name: "sample-tool-target" }),
      }),
    ]);
  });

  test("that are not usable are refused, with every problem of every spec", () => {
    const folder = mkdtempSync(path.join(tmpdir(), "tools-"));
    cpSync(path.join(ROOT, "lambdas/tools/sample-tool"), path.join(folder, "Bad_Name"), { recursive: true });
    mkdirSync(path.join(folder, "empty"));

    expect(() => discoverTools(folder)).toThrow(
      /Bad_Name: the folder's name becomes a target's name[\s\S]*empty: has no handler\.ts[\s\S]*empty: has no spec\.json/,
    );
    rmSync(folder, { recursive: true });
  });

  test("are refused for a spec that contradicts itself", () => {
    const folder = mkdtempSync(path.join(tmpdir(), "tools-"));
    cpSync(path.join(ROOT, "lambdas/tools/sample-tool"), path.join(folder, "one"), { recursive: true });
    const input = { type: "object", properties: {}, required: ["text"] };
    const tool = { name: "a", description: "b", inputSchema: input };
    writeFileSync(path.join(folder, "one", "spec.json"), JSON.stringify([tool]));
    expect(() => discoverTools(folder)).toThrow(/0\.inputSchema\.required: names a property that is not there/);

    const sound = { ...tool, inputSchema: { type: "object" } };
    writeFileSync(path.join(folder, "one", "spec.json"), JSON.stringify([sound, sound]));
    expect(() => discoverTools(folder)).toThrow(/names a tool twice/);
    rmSync(folder, { recursive: true });
  });
});
