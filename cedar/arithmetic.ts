import type { PolicyJson } from "@cedar-policy/cedar-wasm/nodejs";

/** Cedar's arithmetic on Longs, which fails where the result is outside of 64 bits. `-5` is a literal and none of these. */
const OPERATORS = ["+", "-", "*", "neg"];

/** The operators of arithmetic in a statement's conditions, each once, as they are written. */
export function arithmeticOf({ conditions }: PolicyJson): string[] {
  const found = conditions.flatMap(({ body }) => operatorsIn(body));
  return [...new Set(found)].map((operator) => (operator === "neg" ? "-" : operator));
}

/** Goes through Cedar's JSON form of an expression: an object with one member, which names the operator. */
function operatorsIn(expression: unknown): string[] {
  if (typeof expression !== "object" || expression === null) return [];
  return Object.entries(expression).flatMap(([name, operands]: [string, unknown]) => {
    if (name === "Value") return [];
    return [...(OPERATORS.includes(name) ? [name] : []), ...operatorsIn(operands)];
  });
}
