import type { PolicyJson } from "@cedar-policy/cedar-wasm/nodejs";
import { operationsOf } from "./expression";

/** Cedar's arithmetic on Longs, which fails where the result is outside of 64 bits. `-5` is a literal and none of these. */
const OPERATORS = ["+", "-", "*", "neg"];

/** The operators of arithmetic in a statement's conditions, each once, as they are written. */
export function arithmeticOf(policy: PolicyJson): string[] {
  const found = operationsOf(policy).map(({ operator }) => operator);
  return [...new Set(found)]
    .filter((operator) => OPERATORS.includes(operator))
    .map((operator) => (operator === "neg" ? "-" : operator));
}
