/** Between tokens: white space and comments. A comment ends at a line feed or a carriage return, as in Cedar. */
const GAP = /(?:\s|\/\/[^\n\r]*(?:[\n\r]|$))*/y;
/** A string, a word, or a sign. */
const TOKEN = /"(?:[^"\\]|\\.)*"|\w+|\S/y;

/**
 * The effect of one Cedar statement, read from its head: comments and annotations are skipped, the first
 * word decides. Undefined when that is neither `permit` nor `forbid`. Needs no Cedar engine, so that the
 * lifecycle bundle stays small; that Cedar reads the same effect is checked before a deployment.
 */
export function effectOf(statement: string): "permit" | "forbid" | undefined {
  const word = afterAnnotations(new Tokens(statement));
  return word === "permit" || word === "forbid" ? word : undefined;
}

/**
 * Ids of the actions that one Cedar statement's scope names. Undefined when it names none, and so covers every action, or
 * when it cannot be told without a Cedar engine.
 */
export function namedActions(statement: string): string[] | undefined {
  const tokens = new Tokens(statement);
  const isScope = afterAnnotations(tokens) !== undefined && tokens.next() === "(";
  if (!isScope || tokens.upTo(",") === undefined) return undefined;
  const action = tokens.upTo(",");
  if (action?.[0] !== "action") return undefined;
  const ids = action.filter(isString).map((token) => token.slice(1, -1));
  // What is escaped would have to be read as Cedar reads it.
  return ids.length === 0 || ids.some((id) => id.includes("\\")) ? undefined : ids;
}

/** The first word that belongs to no annotation: `@name` or `@name("value")`. */
function afterAnnotations(tokens: Tokens): string | undefined {
  for (;;) {
    const word = tokens.next();
    if (word !== "@") return word;
    if (!/^[A-Za-z_]/.test(tokens.next() ?? "")) return undefined;
    if (tokens.takes("(") && !(isString(tokens.next()) && tokens.takes(")"))) return undefined;
  }
}

const isString = (token: string | undefined) => token !== undefined && token.length > 1 && token.startsWith('"');

/** Words, strings with their quotation marks, and single signs, one after the other. */
class Tokens {
  private position = 0;

  constructor(private readonly text: string) {}

  /** The next token, which is passed by; undefined at the end. */
  next(): string | undefined {
    GAP.lastIndex = this.position;
    GAP.test(this.text);
    TOKEN.lastIndex = GAP.lastIndex;
    const token = TOKEN.exec(this.text)?.[0];
    this.position = token === undefined ? this.text.length : TOKEN.lastIndex;
    return token;
  }

  /** Whether this is the next token; passed by only where it is. */
  takes(wanted: string): boolean {
    const { position } = this;
    if (this.next() === wanted) return true;
    this.position = position;
    return false;
  }

  /** The tokens before this one, which is passed by too; lists are skipped as a whole. Undefined when it does not come. */
  upTo(end: string): string[] | undefined {
    const before: string[] = [];
    let depth = 0;
    for (let token = this.next(); token !== undefined; token = this.next()) {
      if (token === end && depth === 0) return before;
      depth += token === "[" ? 1 : token === "]" ? -1 : 0;
      before.push(token);
    }
    return undefined;
  }
}
