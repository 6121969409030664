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

/** Strings, and the marks that open and close objects and arrays or stand after a key. The text is valid JSON. */
const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\]:]/g;

function refuseDuplicateKeys(text: string): void {
  const open: (Set<string> | undefined)[] = [];
  let string = "";
  for (const [token] of text.matchAll(TOKEN)) {
    if (token === "{") open.push(new Set());
    else if (token === "[") open.push(undefined);
    else if (token === "}" || token === "]") open.pop();
    else if (token !== ":") string = token;
    else {
      // Escapes are resolved first: "\u006eame" is "name" again.
      const key = JSON.parse(string) as string;
      const keys = open.at(-1);
      if (keys?.has(key)) throw new SyntaxError("The body has an object with a duplicate key");
      if (key === "__proto__") throw new SyntaxError("The body has an object with a key __proto__");
      keys?.add(key);
    }
  }
}
