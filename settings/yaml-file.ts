import {
  LineCounter,
  isMap,
  isPair,
  isScalar,
  isSeq,
  parseDocument,
  visit,
  type Document,
  type Node,
  type Pair,
} from "yaml";
import type { Problem } from "../reporting/problem";
import { readText } from "../reporting/text-file";

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
  const read = readText(file, shown);
  if ("problem" in read) return { shown, value: undefined, problems: [read.problem], lineOf: () => 1 };
  const lines = new LineCounter();
  const document = parseDocument(read.text, { lineCounter: lines, prettyErrors: false });
  const lineAt = (offset: number) => lines.linePos(offset).line;
  const problems = [
    ...document.errors.map((error) => ({
      where: `${shown}:${lineAt(error.pos[0])}`,
      what: "is not YAML that can be read",
      value: error.message,
    })),
    ...aliasProblems(document, (offset) => `${shown}:${lineAt(offset)}`),
  ];
  return {
    shown,
    ...(problems.length > 0 ? { value: undefined, problems } : valueOf(document, shown)),
    lineOf: (field) => lineAt(offsetOf(document, field)),
  };
}

/** Aliases that stand for nothing, or for what they are a part of. */
function aliasProblems(document: Document.Parsed, placeAt: (offset: number) => string): Problem[] {
  const problems: Problem[] = [];
  visit(document, {
    Alias: (_, alias, parents) => {
      const meant = alias.resolve(document);
      if (meant && !parents.includes(meant)) return;
      problems.push({
        where: placeAt(alias.range?.[0] ?? 0),
        what: meant ? "is an alias within what it stands for" : "is an alias of nothing",
        value: `*${alias.source}`,
        limit: `&${alias.source} has to stand before it, and not around it`,
        fix: "write out what is meant; where a text begins with *, put it in quotes",
      });
    },
  });
  return problems;
}

/** The library gives up where aliases of aliases stand for too much. */
function valueOf(document: Document.Parsed, shown: string): Pick<YamlFile, "value" | "problems"> {
  try {
    return { value: document.toJS(), problems: [] };
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    const what = "has aliases that stand for too much";
    return {
      value: undefined,
      problems: [{ where: shown, what, value: error.message, fix: "write out what they stand for" }],
    };
  }
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
