import path from "node:path";
import { buildSync } from "esbuild";

const ROOT = path.resolve(__dirname, "..");

/**
 * Bundles the lifecycle scripts to one file that runs with Node alone. Returns the folder that holds it,
 * `index.js` and nothing else. The same source gives the same bytes wherever the project lies.
 */
export function bundleProvisioners(): string {
  const folder = path.join(ROOT, ".build", "provisioners");
  buildSync({
    absWorkingDir: ROOT,
    entryPoints: ["provisioners/main.ts"],
    outfile: path.join(folder, "index.js"),
    bundle: true,
    platform: "node",
    // The oldest Node that the project supports: the bundle runs where Terraform runs.
    target: "node20",
    format: "cjs",
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: "none",
    // The bundle names the modules it is made of: by their place in this folder, wherever they really lie.
    preserveSymlinks: true,
    logLevel: "warning",
  });
  return folder;
}
