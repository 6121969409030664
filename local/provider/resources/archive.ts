import { createHash } from "node:crypto";
import { existsSync, readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { isAbsolute, join, resolve } from "node:path";
import { type Attributes, text } from "../value";
import type { Context } from "./resource";

/**
 * The bytes of a function's `filename`. Terraform's working directory is not this process's, so a relative one is
 * looked up in the module directories; of several, the one with the configured `source_code_hash` is taken.
 * @throws Error when it is nowhere
 */
export async function readArchive({ moduleDirectories }: Context, desired: Attributes): Promise<Uint8Array> {
  const filename = text(desired["filename"]);
  if (filename === undefined)
    throw new Error("`filename` must be set: the offline AWS takes a function's code from a file only");
  const paths = isAbsolute(filename)
    ? [filename]
    : expanded(moduleDirectories).map((directory) => join(directory, filename));
  const archives = await Promise.all(paths.filter((path) => existsSync(path)).map((path) => readFile(path)));
  const [first] = archives;
  if (first === undefined)
    throw new Error(
      `unable to load ${filename}: no such file in ${moduleDirectories.join(", ") || "any module directory"}`,
    );
  return archives.find((archive) => sha256(archive) === text(desired["source_code_hash"])) ?? first;
}

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("base64");

/** Directories that end in `/*` stand for all the folders in them. */
const expanded = (directories: readonly string[]) =>
  directories.flatMap((directory) => {
    if (!directory.endsWith("/*")) return [resolve(directory)];
    const parent = resolve(directory.slice(0, -2));
    const entries = existsSync(parent) ? readdirSync(parent, { withFileTypes: true }) : [];
    return entries.filter((entry) => entry.isDirectory()).map((entry) => join(parent, entry.name));
  });
