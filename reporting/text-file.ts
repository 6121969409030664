import { readFileSync } from "node:fs";
import type { Problem } from "./problem";

/**
 * The text of a file of the user's, which is called `where` in messages, or why there is none. A byte order mark, which some
 * editors put in front, is no part of it.
 */
export function readText(file: string, where: string): { readonly text: string } | { readonly problem: Problem } {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    const isFolder = code === "EISDIR";
    return {
      problem: {
        where,
        what: isFolder ? "is a folder, and has to be a file" : "cannot be read",
        value: message,
        fix: isFolder ? "rename it, or move it away" : "see that the file is there and may be read",
      },
    };
  }
  try {
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(bytes) };
  } catch {
    return { problem: { where, what: "is not text in UTF-8", fix: "save the file in the encoding UTF-8" } };
  }
}
