/** How deep objects and arrays may stand in each other: what reads them goes down one call for each. */
const MOST_DEPTH = 128;

/**
 * Parses JSON in which no object has the same key twice: readers differ in which of the two they take, so
 * what is authorised might not be what is executed. For the same reason none has a key `__proto__`,
 * which JavaScript's libraries drop. Throws SyntaxError; its message holds nothing of the text.
 */
export function parseStrictly(text: string): unknown {
  const value = parse(text);
  refuseDuplicateKeys(text);
  return value;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new SyntaxError("The body is not valid JSON");
  }
}

/** What strings begin with, and the marks that open and close objects and arrays or stand after a key. */
const MARK = /["{}[\]:]/g;

/** The text is valid JSON. */
function refuseDuplicateKeys(text: string): void {
  const open: (Set<string> | undefined)[] = [];
  const marks = new RegExp(MARK);
  let string = "";
  for (let found = marks.exec(text); found; found = marks.exec(text)) {
    const [mark] = found;
    if (mark === '"') {
      // Not by an expression: for a function's code of megabytes its stack does not suffice.
      marks.lastIndex = endOfString(text, found.index);
      string = text.slice(found.index, marks.lastIndex);
    } else if (mark === "{") open.push(new Set());
    else if (mark === "[") open.push(undefined);
    else if (mark === "}" || mark === "]") open.pop();
    else {
      // Escapes are resolved first: "\u006eame" is "name" again.
      const key = JSON.parse(string) as string;
      const keys = open.at(-1);
      if (keys?.has(key)) throw new SyntaxError("The body has an object with a duplicate key");
      if (key === "__proto__") throw new SyntaxError("The body has an object with a key __proto__");
      keys?.add(key);
    }
    if (open.length > MOST_DEPTH) throw new SyntaxError("The body is nested too deeply");
  }
}

/** The place behind the quote that ends the string. */
function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end + 1;
}

/** Whether an odd number of backslashes stands before it. */
function isEscaped(text: string, at: number): boolean {
  let first = at;
  while (text[first - 1] === "\\") first -= 1;
  return (at - first) % 2 === 1;
}
