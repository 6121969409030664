import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Benchmark, Figure } from "./benchmark";
import { median } from "./statistics";

const ROOT = path.resolve(__dirname, "..");
const NOT_COPIED = /(^|\/)(node_modules|\.git|cdktf\.out|\.build|coverage)(\/|$)|\.tfstate/;

interface Size {
  readonly tools: number;
  readonly policies: number;
}

const SIZES: readonly Size[] = [
  { tools: 1, policies: 1 },
  { tools: 20, policies: 1 },
  { tools: 200, policies: 1 },
  { tools: 1, policies: 100 },
  { tools: 1, policies: 1_000 },
  { tools: 20, policies: 100 },
];
const QUICK_SIZES = [
  { tools: 1, policies: 1 },
  { tools: 3, policies: 10 },
] as const;

export const synth: Benchmark = {
  name: "synth",
  title: "Synthesis as a process of its own, against one tool and one policy",
  run: async ({ quick, log }) => {
    const figures: Figure[] = [];
    for (const size of quick ? QUICK_SIZES : SIZES) {
      const what = `${counted(size.tools, "tool", "tools")}, ${counted(size.policies, "policy", "policies")}`;
      log.step(what);
      const value = measure(size, quick ? 1 : 3);
      figures.push({ what, value, unit: "ms", reference: { what: "one and one", value: figures[0]?.value ?? value } });
    }
    return { figures, wrong: [] };
  },
};

const counted = (count: number, one: string, many: string) =>
  `${count.toLocaleString("en-US")} ${count === 1 ? one : many}`;

/** The median of some runs of `npm run synth`'s command in a copy of the project that has that many of each. */
function measure({ tools, policies }: Size, times: number): number {
  const folder = mkdtempSync(path.join(tmpdir(), "bench-"));
  try {
    cpSync(ROOT, folder, { recursive: true, filter: (source) => !NOT_COPIED.test(path.relative(ROOT, source)) });
    symlinkSync(path.join(ROOT, "node_modules"), path.join(folder, "node_modules"));
    addTools(folder, tools - 1);
    addPolicies(folder, policies - 1);
    return median(Array.from({ length: times }, () => synthesise(folder)));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function addTools(folder: string, count: number): void {
  const sample = path.join(folder, "lambdas/tools/sample-tool");
  for (let number = 1; number <= count; number += 1) {
    cpSync(sample, path.join(folder, `lambdas/tools/t${number}`), { recursive: true });
  }
}

/** Further permits for further departments. */
function addPolicies(folder: string, count: number): void {
  const set = path.join(folder, "policies/bench");
  mkdirSync(set);
  const permit = readFileSync(path.join(folder, "policies/deny-guest/text_analysis.cedar"), "utf8");
  writeFileSync(path.join(set, "text_analysis.cedar"), permit);
  for (let number = 1; number <= count; number += 1) {
    const text = permit.replaceAll('"finance"', `"department-${number}"`);
    writeFileSync(path.join(set, `p${number}.cedar`), text);
  }
}

function synthesise(folder: string): number {
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, ENVIRONMENT: "dev", POLICY_SET: "bench" };
  const start = performance.now();
  execFileSync(process.execPath, ["--import", "tsx", "main.ts"], {
    cwd: folder,
    env,
    stdio: ["ignore", "ignore", "pipe"],
  });
  return performance.now() - start;
}
