import { createHash } from "node:crypto";
import path from "node:path";

const BUILD = path.resolve(__dirname, "..", ".build");

/**
 * Where a synthesis puts files together before CDKTF copies them: a folder by what they hold, because a synthesis of
 * another environment may run at the same time. It need not exist.
 */
export const buildFolder = (kind: string, content: string): string =>
  path.join(BUILD, kind, createHash("sha256").update(content).digest("hex").slice(0, 16));
