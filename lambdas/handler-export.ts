import path from "node:path";
import { buildSync, type BuildFailure } from "esbuild";
import type { Problem } from "../reporting/problem";

/** What Lambda calls: the bundle's handler is `index.handler`. */
const HANDLER = "handler";

/** Why a handler.ts could not be deployed: it does not compile, or has nothing that Lambda could call. */
export function handlerProblems(file: string): Problem[] {
  try {
    const { metafile } = buildSync({
      absWorkingDir: process.cwd(),
      entryPoints: [file],
      bundle: true,
      packages: "external",
      platform: "node",
      format: "esm",
      write: false,
      metafile: true,
      logLevel: "silent",
    });
    const exported = Object.values(metafile.outputs).flatMap((output) => output.exports);
    return exported.includes(HANDLER) ? [] : [noHandler(file, exported)];
  } catch (error) {
    const { errors } = error as Partial<BuildFailure>;
    if (!errors) throw error;
    return errors.map(({ text, location }) => ({
      where: location ? `${location.file}:${location.line}:${location.column + 1}` : path.relative(process.cwd(), file),
      what: `does not compile: ${text}`,
      value: location?.lineText.trim(),
      fix: "mend the file",
    }));
  }
}

const noHandler = (file: string, exported: readonly string[]): Problem => ({
  where: path.relative(process.cwd(), file),
  what: `exports no ${HANDLER}: every call of the tool would fail`,
  value: exported.length > 0 ? exported.join(", ") : "no export",
  limit: `Lambda calls the export that is called ${HANDLER}`,
  fix: `write export const ${HANDLER} = defineTools(…), as lambdas/tools/sample-tool does`,
});
