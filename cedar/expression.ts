import type { PolicyJson } from "@cedar-policy/cedar-wasm/nodejs";

/** One operation within a condition, in Cedar's JSON form: `{ "<operator>": <operands> }`. */
export interface Operation {
  readonly operator: string;
  readonly operands: unknown;
}

/** Every operation in a statement's conditions, from the outside in. Literals are none. */
export const operationsOf = ({ conditions }: PolicyJson): Operation[] =>
  conditions.flatMap(({ body }) => operationsIn(body));

function operationsIn(expression: unknown): Operation[] {
  if (typeof expression !== "object" || expression === null) return [];
  return Object.entries(expression).flatMap(([operator, operands]: [string, unknown]) =>
    operator === "Value" ? [] : [{ operator, operands }, ...operationsIn(operands)],
  );
}
