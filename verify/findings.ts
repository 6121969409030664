import type { ENFORCEMENT } from "../provisioners/contract";
import type { Deployment } from "./deployment";
import type { Expectation } from "./expectations";
import type { AskedUser } from "./users";
import type { ToolFinding, UserFinding } from "./verify";

type Mode = (typeof ENFORCEMENT)[number];

/** What was expected of a deployment, beside what its policy set says. */
export interface Expected {
  /** How the engine should be attached. */
  readonly mode: Mode;
  readonly users: readonly AskedUser[];
  readonly expectations: readonly Expectation[];
}

/** All that does not hold, in words; empty when everything is as it should be. */
export const findingsOf = (deployment: Deployment, users: readonly UserFinding[], expected: Expected): string[] => [
  ...attachment(deployment, expected.mode),
  ...users.flatMap((user) => user.tools.flatMap((tool) => mismatches(user, tool))),
  ...expected.expectations.flatMap((expectation) => broken(expectation, users, expected.users)),
];

function attachment({ gateway }: Deployment, wanted: Mode): string[] {
  const { mode } = gateway.policyEngineConfiguration ?? {};
  if (mode === undefined) return [`gateway ${gateway.gatewayId} enforces nothing: no policy engine is attached`];
  return mode === wanted
    ? []
    : [`gateway ${gateway.gatewayId}: its policy engine is attached in ${mode}, not ${wanted}`];
}

function mismatches({ label, user }: UserFinding, finding: ToolFinding): string[] {
  const got = verdictOf(finding);
  const who = `${label} (user ${user}), ${finding.tool}`;
  const wrong = got === finding.expected ? [] : [`${who}: expected ${finding.expected} by the policy set, got ${got}`];
  const hidden = !finding.listed && got === "allow" ? [`${who}: a hidden tool could be called`] : [];
  return [...wrong, ...hidden];
}

function broken(
  { user, tool, verdict }: Expectation,
  users: readonly UserFinding[],
  asked: readonly AskedUser[],
): string[] {
  const meant = users.filter(({ label }, index) => label === user || asked[index]?.id === user);
  if (meant.length === 0) return [`expected ${verdict} for ${user}, but no such user was asked for`];
  return meant.flatMap(({ label, tools }) => {
    const finding = tools.find((one) => one.tool === tool);
    const got = finding ? verdictOf(finding) : "no such tool";
    return got === verdict ? [] : [`${label}, ${tool}: expected ${verdict}, got ${got}`];
  });
}

function verdictOf({ outcome }: ToolFinding): string {
  switch (outcome.kind) {
    case "allowed":
      return "allow";
    case "denied":
      return "deny";
    case "failed":
      return `no answer (${outcome.text})`;
  }
}
