/** Between tokens: white space and comments. A comment ends at a line feed or a carriage return, as in Cedar. */
const GAP = String.raw`(?:\s|//[^\n\r]*(?:[\n\r]|$))*`;
const STRING = String.raw`"(?:[^"\\]|\\.)*"`;
/** `@name` or `@name("value")`, with what follows up to the next token. */
const ANNOTATION = new RegExp(`@${GAP}[A-Za-z_]\\w*(?!\\w)${GAP}(?:\\(${GAP}${STRING}${GAP}\\)${GAP})?`, "y");
const LEADING_GAP = new RegExp(GAP, "y");
const EFFECT = /(?:permit|forbid)\b/y;

/**
 * The effect of one Cedar statement, read from its head: comments and annotations are skipped, the first
 * word decides. Undefined when that is neither `permit` nor `forbid`. Needs no Cedar engine, so that the
 * lifecycle bundle stays small; that Cedar reads the same effect is checked before a deployment.
 */
export function effectOf(statement: string): "permit" | "forbid" | undefined {
  let position = endOf(LEADING_GAP, statement, 0);
  while (statement[position] === "@") {
    const next = endOf(ANNOTATION, statement, position);
    if (next === position) return undefined;
    position = next;
  }
  const word = statement.slice(position, endOf(EFFECT, statement, position));
  return word === "permit" || word === "forbid" ? word : undefined;
}

/** Where a match that begins at this position ends; the position itself when there is none. */
function endOf(pattern: RegExp, text: string, position: number): number {
  pattern.lastIndex = position;
  return pattern.test(text) ? pattern.lastIndex : position;
}
