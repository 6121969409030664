import { readFileSync } from "node:fs";
import { LineCounter, isMap, isPair, isScalar, isSeq, parseDocument, type Document, type Node, type Pair } from "yaml";
import type { Problem } from "../reporting/problem";

/** A YAML file that still knows on which line everything stands. */
export interface YamlFile {
  readonly value: unknown;
  /** What keeps it from being YAML; then `value` is not to be used. */
  readonly problems: readonly Problem[];
  /** Path as it is shown to users. */
  readonly shown: string;
  /** The line of a field, or of the nearest group that is there. */
  lineOf(field: readonly PropertyKey[]): number;
}

/** Reads a file that is called `shown` in messages. */
export function readYaml(file: string, shown: string): YamlFile {
  const lines = new LineCounter();
  const document = parseDocument(readFileSync(file, "utf8"), { lineCounter: lines, prettyErrors: false });
  const lineAt = (offset: number) => lines.linePos(offset).line;
  return {
    shown,
    value: document.errors.length === 0 ? document.toJS() : undefined,
    problems: document.errors.map((error) => ({
      where: `${shown}:${lineAt(error.pos[0])}`,
      what: "is not YAML that can be read",
      value: error.message,
    })),
    lineOf: (field) => lineAt(offsetOf(document, field)),
  };
}

/** Where a field's key stands; where the field is missing, its nearest parent's. */
function offsetOf(document: Document.Parsed, field: readonly PropertyKey[]): number {
  let node: unknown = document.contents;
  let offset = 0;
  for (const key of field) {
    const item: Pair | Node | undefined = isMap(node)
      ? node.items.find((pair) => isScalar(pair.key) && String(pair.key.value) === String(key))
      : isSeq(node)
        ? (node.items[Number(key)] as Node | undefined)
        : undefined;
    if (!item) break;
    const start = isPair(item) ? (item.key as Node) : item;
    offset = start.range?.[0] ?? offset;
    node = isPair(item) ? item.value : item;
  }
  return offset;
}
