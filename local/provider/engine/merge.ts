import type { Block, NestedBlock } from "../schema/types";
import {
  type Attributes,
  blocksOf,
  containsUnknown,
  equal,
  isAttributes,
  isUnknown,
  mapValues,
  type Value,
} from "../value";

/** The planned value with what was unknown taken from what AWS made of it. */
export function fillUnknown(planned: Value, actual: Value | undefined): Value {
  if (isUnknown(planned)) return actual ?? null;
  if (!containsUnknown(planned)) return planned;
  if (Array.isArray(planned)) {
    const made = Array.isArray(actual) ? actual : [];
    return planned.map((element, index) => fillUnknown(element, counterpart(element, made, index)));
  }
  const members = isAttributes(actual) ? actual : {};
  return isAttributes(planned) ? mapValues(planned, (value, name) => fillUnknown(value, members[name])) : planned;
}

/**
 * The attributes that a refresh records. What AWS has in another form but with the same meaning stays as it was:
 * nothing instead of an empty value, a set in another order, JSON in another notation.
 */
export function reconcile(
  block: Block,
  jsonAttributes: readonly string[],
  prior: Attributes,
  actual: Attributes,
): Attributes {
  const attributes = Object.keys(block.attributes).map((name): [string, Value] => {
    const before = prior[name] ?? null;
    const now = actual[name];
    if (now === undefined || meansTheSame(before, now)) return [name, before];
    return [name, jsonAttributes.includes(name) && sameJson(before, now) ? before : now];
  });
  const blocks = Object.entries(block.blocks).map(([name, nested]): [string, Value] => {
    const now = actual[name];
    return [name, now === undefined ? (prior[name] ?? null) : reconcileBlocks(nested, prior[name] ?? null, now)];
  });
  return Object.fromEntries([...attributes, ...blocks]);
}

function reconcileBlocks({ nesting, block }: NestedBlock, prior: Value, actual: Value): Value {
  if (nesting === "single") {
    return isAttributes(actual) ? reconcile(block, [], isAttributes(prior) ? prior : {}, actual) : actual;
  }
  const before = blocksOf(prior);
  return blocksOf(actual).map((element, index) => {
    const match = nesting === "list" ? before[index] : counterpart(element, before, index);
    return isAttributes(match) ? reconcile(block, [], match, element) : element;
  });
}

function meansTheSame(prior: Value, actual: Value): boolean {
  return (isZero(prior) && isZero(actual)) || equal(prior, actual, true);
}

/** The values that AWS answers, or leaves out, where nothing was set. */
function isZero(value: Value): boolean {
  if (Array.isArray(value)) return value.length === 0;
  if (isAttributes(value)) return Object.keys(value).length === 0;
  return value === null || value === "" || value === false || value === 0;
}

/** Whether two JSON texts mean the same. */
export function sameJson(a: Value, b: Value): boolean {
  if (typeof a !== "string" || typeof b !== "string") return false;
  try {
    return equal(JSON.parse(a) as Value, JSON.parse(b) as Value, true);
  } catch {
    return false;
  }
}

/** The element of a list or set that is the other side of this one: the one in its place if it fits, else any that fits. */
export function counterpart(element: Value, others: readonly Value[], index: number): Value | undefined {
  const fits = (other: Value) => stemsFrom(other, element) || stemsFrom(element, other);
  const inPlace = others[index];
  return inPlace !== undefined && fits(inPlace) ? inPlace : others.find(fits);
}

/** Whether `value` has everything that `pattern` sets. */
function stemsFrom(value: Value, pattern: Value): boolean {
  if (pattern === null || isUnknown(pattern) || isUnknown(value)) return true;
  if (Array.isArray(pattern)) {
    const candidates = Array.isArray(value) ? value : [];
    return (
      candidates.length === pattern.length &&
      pattern.every((element) => candidates.some((candidate) => stemsFrom(candidate, element)))
    );
  }
  if (isAttributes(pattern)) {
    return (
      isAttributes(value) && Object.entries(pattern).every(([name, member]) => stemsFrom(value[name] ?? null, member))
    );
  }
  return value === pattern;
}
