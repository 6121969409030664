import { readFileSync } from "node:fs";
import path from "node:path";
import { transformSync } from "@swc/core";

const ROOT = path.resolve(__dirname, "../..");

/** A change of the product's source that a test must notice. */
export interface Mutant {
  /** From the project's root. */
  readonly file: string;
  /** Occurs exactly once in the file. */
  readonly find: string;
  readonly replace: string;
}

/**
 * What `load` imports, with one source text replaced: every file of the project's that `load` imports is loaded afresh,
 * so that the change reaches whatever depends on the file. Packages stay as the test already has them: no mutant reaches
 * into them, and memory does not come back from one that is evaluated again. Throws where `find` is not there exactly
 * once: a mutant that changes nothing would prove nothing.
 */
export async function withMutant<T>(mutant: Mutant, load: () => Promise<T>): Promise<T> {
  const { file, text } = mutated(mutant);
  shareLoadedPackages();
  let loaded: { value: T } | undefined;
  await jest.isolateModulesAsync(async () => {
    jest.doMock(file, () => evaluate(file, text));
    try {
      loaded = { value: await load() };
    } finally {
      jest.dontMock(file);
    }
  });
  if (!loaded) throw new Error(`${mutant.file}: nothing was loaded`);
  return loaded.value;
}

const shared = new Set<string>();

/** What jest has evaluated of packages so far is given to isolated modules as well. */
function shareLoadedPackages(): void {
  for (const file of Object.keys(require.cache)) {
    if (shared.has(file) || !file.includes(`${path.sep}node_modules${path.sep}`) || file.endsWith(".json")) continue;
    shared.add(file);
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    const loaded: unknown = require(file);
    jest.doMock(file, () => loaded);
  }
}

/** Throws where `find` is not there exactly once. */
export function mutated({ file, find, replace }: Mutant): { file: string; text: string } {
  const resolved = path.join(ROOT, file);
  const [before, after, ...more] = readFileSync(resolved, "utf8").split(find);
  if (before === undefined || after === undefined || more.length > 0)
    throw new Error(`${file}: must hold exactly once what the mutant replaces: ${find}`);
  return { file: resolved, text: before + replace + after };
}

function evaluate(file: string, text: string): unknown {
  const { code } = transformSync(text, {
    filename: file,
    swcrc: false,
    jsc: { target: "es2022", parser: { syntax: "typescript" } },
    module: { type: "commonjs" },
  });
  const module = { exports: {} };
  const load = (specifier: string): unknown =>
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    require(specifier.startsWith(".") ? path.resolve(path.dirname(file), specifier) : specifier);
  const run = new Function("module", "exports", "require", "__dirname", "__filename", code) as (
    ...scope: unknown[]
  ) => void;
  run(module, module.exports, load, path.dirname(file), file);
  return module.exports;
}
