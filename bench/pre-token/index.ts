import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { buildSync } from "esbuild";
import { unzipSync, zipSync } from "fflate";
import { bundlePreToken } from "../../lambdas/bundle";
import type { Benchmark, Figure } from "../benchmark";
import { median, percentile } from "../statistics";

const CALLER = path.join(__dirname, "call.cjs");
const SCOPE = "bench-gateway/invoke";

export const preToken: Benchmark = {
  name: "pre-token",
  title: "Pre-token Lambda, against an empty handler",
  run: async ({ quick, log }) => {
    const folder = mkdtempSync(path.join(tmpdir(), "bench-"));
    try {
      log.step("bundling");
      const bundle = unpack(folder, "handler", readFileSync(bundlePreToken(directory()).zipPath));
      const empty = unpack(folder, "empty", emptyBundle());
      log.step("cold starts");
      const starts = quick ? 5 : 30;
      const [cold, node] = [coldStarts(bundle.code, starts), coldStarts(undefined, starts)];
      log.step("warm calls");
      const calls = quick ? 2_000 : 50_000;
      const [warm, nothing] = [warmCalls(bundle.code, calls), warmCalls(empty.code, calls)];
      const warmFigure = (share: number): Figure => ({
        what: `warm call, p${share * 100}`,
        value: percentile(warm, share),
        unit: "ms",
        reference: { what: "an empty handler", value: percentile(nothing, share) },
      });
      return {
        figures: [
          {
            what: "bundle, zipped",
            value: bundle.bytes,
            unit: "bytes",
            reference: { what: "an empty handler", value: empty.bytes },
          },
          {
            what: "cold start of the process with one call, median",
            value: median(cold),
            unit: "ms",
            reference: { what: "node -e 0", value: median(node) },
          },
          warmFigure(0.5),
          warmFigure(0.99),
        ],
        wrong: [],
      };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

/** 200 users beside the one who asks. */
function directory() {
  const group = { department: "finance", role: "analyst" };
  const users = Array.from({ length: 200 }, (_, number) => [`user-${number}`, group] as const);
  return { gatewayScopes: [SCOPE], users: Object.fromEntries(users), defaultGroup: null };
}

/** Bundled with the same options as the Lambda's. */
function emptyBundle(): Uint8Array {
  const { outputFiles } = buildSync({
    stdin: { contents: "export async function handler(event: object) { return event; }", loader: "ts" },
    bundle: true,
    write: false,
    platform: "node",
    target: "node20",
    format: "cjs",
    minifySyntax: true,
    legalComments: "none",
  });
  return zipSync({ "index.js": outputFiles[0]?.contents ?? new Uint8Array() });
}

function unpack(folder: string, name: string, zip: Uint8Array): { code: string; bytes: number } {
  const target = path.join(folder, name);
  mkdirSync(target);
  for (const [file, bytes] of Object.entries(unzipSync(zip))) writeFileSync(path.join(target, file), bytes);
  return { code: path.join(target, "index.js"), bytes: zip.byteLength };
}

/** Milliseconds from the start of a process to its end, each time anew. Without code it is Node alone. */
function coldStarts(code: string | undefined, times: number): number[] {
  const args = code === undefined ? ["-e", "0"] : [CALLER, code, "1", SCOPE];
  return Array.from({ length: times }, () => {
    const start = performance.now();
    spawnSync(process.execPath, args, { stdio: "ignore" });
    return performance.now() - start;
  });
}

/** Milliseconds of each call, in a process that has warmed up. */
function warmCalls(code: string, times: number): number[] {
  const file = `${code}.json`;
  execFileSync(process.execPath, [CALLER, code, String(times), SCOPE, file], { stdio: "ignore" });
  return JSON.parse(readFileSync(file, "utf8")) as number[];
}
