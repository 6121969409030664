import type { PolicyJson } from "@cedar-policy/cedar-wasm/nodejs";
import { operationsOf } from "./expression";
import { areImpossible } from "./findings";
import { NAMESPACE, schemaFor } from "./schema";
import { coverageOfPrincipals } from "./scope";
import { withFutureTools, type ToolTarget } from "./tools";

/** The claims that a token can carry. Each becomes a tag of the caller. */
export interface TokenClaims {
  /** What says who the user is: not in the token of somebody whom the directory does not know. */
  readonly ofUser: readonly string[];
  /** What the issuer puts into tokens, whoever the user is. */
  readonly ofIssuer: readonly string[];
}

/** The tags that a statement's conditions name, each once. One whose name is calculated is not among them. */
export const tagsOf = (policy: PolicyJson): string[] => [
  ...new Set(
    operationsOf(policy)
      .filter(({ operator }) => operator === "hasTag" || operator === "getTag")
      .flatMap(({ operands }) => tagNamed(operands) ?? []),
  ),
];

/**
 * The permits that may let in a caller with a token that says nothing of the user. Cedar's types must prove that one does
 * not, with `hasTag` being false for the claims of a user; any other may be there and say anything.
 */
export function permittingWithoutClaims(
  policies: readonly PolicyJson[],
  { ofUser }: TokenClaims,
  targets: readonly ToolTarget[],
): PolicyJson[] {
  const permits = policies.filter(
    (policy) => policy.effect === "permit" && coverageOfPrincipals(policy, CALLER) !== "none",
  );
  const asked = permits.map((policy): PolicyJson => ({
    ...policy,
    principal: { op: "is", entity_type: `${NAMESPACE}::${CALLER}` },
    conditions: policy.conditions.map(({ kind, body }) => ({ kind, body: withoutTags(body, ofUser) })),
  }));
  const impossible = areImpossible(asked, schemaFor(withFutureTools(targets)));
  return permits.filter((_, index) => !impossible[index]);
}

/** The type of a caller with a token; one with a signature has no claims, and no gateway here takes it. */
const CALLER = "OAuthUser";

type Expression = PolicyJson["conditions"][number]["body"];

/** The same expression, in which these tags are never there. */
function withoutTags(expression: Expression, absent: readonly string[]): Expression {
  return replaced(expression) as Expression;

  function replaced(node: unknown): unknown {
    if (typeof node !== "object" || node === null) return node;
    if (Array.isArray(node)) return node.map(replaced);
    const tag = "hasTag" in node ? tagNamed(node.hasTag) : undefined;
    if (tag !== undefined && absent.includes(tag)) return { Value: false };
    if ("Value" in node) return node;
    return Object.fromEntries(Object.entries(node).map(([name, inner]: [string, unknown]) => [name, replaced(inner)]));
  }
}

/** The name of a tag where it is written out: `hasTag("name")`. */
function tagNamed(operands: unknown): string | undefined {
  const { right } = operands as { right?: { Value?: unknown } };
  return typeof right?.Value === "string" ? right.Value : undefined;
}
