import { createHash } from "node:crypto";
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { buildSync } from "esbuild";
import { zipSync, type Zippable } from "fflate";
import type { ClaimsDirectory } from "./pre-token/directory";

const ROOT = path.resolve(__dirname, "..");
const BUILD = path.join(ROOT, ".build", "lambdas");

/** The earliest date that a zip file can hold: with a fixed one the same files give the same bytes. */
const EPOCH = new Date(1980, 0, 1);

/** A Lambda function's code, ready to be deployed. */
export interface BundledLambda {
  readonly zipPath: string;
  /** Base64 SHA-256 of the zip, as Terraform and Lambda have it. */
  readonly sourceCodeHash: string;
  readonly handler: string;
}

/** Bundles the pre-token Lambda with its directory of users beside the code. */
export function bundlePreToken(directory: ClaimsDirectory): BundledLambda {
  return bundle("pre-token", "lambdas/pre-token/handler.ts", { "directory.json": JSON.stringify(directory) });
}

/** Bundles the tools of one folder below lambdas/tools. */
export function bundleTool(folder: string): BundledLambda {
  return bundle(folder, `lambdas/tools/${folder}/handler.ts`, {});
}

/** One file of code and what goes beside it. The same source gives the same bytes wherever it is built. */
function bundle(name: string, entryPoint: string, files: Readonly<Record<string, string>>): BundledLambda {
  const result = buildSync({
    absWorkingDir: ROOT,
    entryPoints: [entryPoint],
    bundle: true,
    write: false,
    platform: "node",
    target: "node20",
    format: "cjs",
    minifySyntax: true,
    legalComments: "none",
    preserveSymlinks: true,
    logLevel: "warning",
  });
  const code = result.outputFiles[0]?.text ?? "";
  const zip = zipSync(archive({ "index.js": code, ...files }), { mtime: EPOCH, os: 3 });
  const digest = createHash("sha256").update(zip).digest();
  // By its content: a synthesis of another environment at the same time has another directory of users.
  const folder = path.join(BUILD, digest.toString("hex").slice(0, 16));
  const zipPath = path.join(folder, `${name}.zip`);
  mkdirSync(folder, { recursive: true });
  const unfinished = path.join(folder, `${name}.${process.pid}`);
  writeFileSync(unfinished, zip);
  renameSync(unfinished, zipPath);
  return { zipPath, sourceCodeHash: digest.toString("base64"), handler: "index.handler" };
}

function archive(files: Readonly<Record<string, string>>): Zippable {
  const names = Object.keys(files).sort();
  // Lambda needs its files to be readable by all.
  return Object.fromEntries(
    names.map((name) => [name, [Buffer.from(files[name] ?? ""), { attrs: 0o644 << 16 }] as const]),
  ) as Zippable;
}
