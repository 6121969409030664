import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { policyName } from "../../cedar/policy-name";
import { AwsError } from "../../local/core/errors";
import type { AwsEvent } from "../../local/core/events";
import { OfflineAws } from "../../local/offline-aws";
import { rollOut } from "../../provisioners/rollout/run";
import type { WantedStatement } from "../../provisioners/rollout/wanted";
import { NAME, contextFor, deployByScripts } from "../support/gateway";

/** `RUNS=500 npx jest rollout-invariant` looks longer; a failure prints the seed to run it again. */
const RUNS = Number(process.env.RUNS ?? 8);
jest.setTimeout(60_000 + RUNS * 10_000);

const DEPARTMENTS = ["finance", "sales", "guest"] as const;
/** From a policy's final status to its effect: half of this to one and a half times this. Milliseconds. */
const LAG = 60;
/** How long the rollout takes it to be at most. */
const PROPAGATION = 100;

/** A statement about departments: enough to overlap, and decided here without Cedar. */
interface Rule {
  readonly effect: "permit" | "forbid";
  readonly departments: readonly string[];
}
type RuleSet = readonly Rule[];
type Decision = "allow" | "deny";

const rule: fc.Arbitrary<Rule> = fc.record({
  effect: fc.constantFrom("permit", "forbid"),
  departments: fc.subarray([...DEPARTMENTS], { minLength: 1 }),
});
const ruleSet = fc.uniqueArray(rule, { maxLength: 4, selector: (one) => JSON.stringify(one) });
/** The request at which a run is killed; beyond the last one it is not. */
const crash = fc.integer({ min: 1, max: 14 });

const decide = (rules: RuleSet, department: string): Decision => {
  const matching = rules.filter(({ departments }) => departments.includes(department));
  if (matching.some(({ effect }) => effect === "forbid")) return "deny";
  return matching.length > 0 ? "allow" : "deny";
};

const stemOf = ({ effect, departments }: Rule) => `${effect}_${departments.join("_")}`;

function statementOf(one: Rule, gatewayArn: string): WantedStatement {
  const scope = `principal is AgentCore::OAuthUser, action == AgentCore::Action::"sample-tool-target___read", resource == AgentCore::Gateway::"${gatewayArn}"`;
  const list = one.departments.map((name) => `"${name}"`).join(", ");
  const condition = `principal.hasTag("department") && [${list}].contains(principal.getTag("department"))`;
  return { stem: stemOf(one), effect: one.effect, text: `${one.effect}(${scope}) when { ${condition} };` };
}

/** The rules in effect after each change of a policy, from the event log. */
function instants(events: readonly AwsEvent[], ruleOf: ReadonlyMap<string, Rule>): RuleSet[] {
  const inEffect = new Map<string, Rule>();
  return events.flatMap((event) => {
    if (event.kind !== "change" || event.type !== "policy") return [];
    const known = event.state === "deleted" ? undefined : ruleOf.get(String(event.state.name).replace(/_g\d+$/, ""));
    if (event.state === "deleted") inEffect.delete(event.id);
    else if (event.state.effective && event.state.enforcementMode === "ACTIVE" && known) inEffect.set(event.id, known);
    else if (event.state.effective) inEffect.delete(event.id);
    return [[...inEffect.values()]];
  });
}

/** Rolls the sets out one after another, kills the runs where told to, and lets the last one finish. */
async function rollOutChain(
  sets: readonly RuleSet[],
  {
    crashes = [],
    propagation = PROPAGATION,
    lag = LAG,
  }: { crashes?: readonly number[]; propagation?: number; lag?: number },
) {
  const transition = { gateway: 0, gatewayTarget: 0, policyEngine: 0, policy: 0 };
  const aws = await OfflineAws.start({
    latency: { request: 0, transition, policyEffect: lag, iamPropagation: 0, emptyEngine: 0 },
  });
  try {
    const { context } = contextFor(aws);
    const { engine, gateway } = await deployByScripts(aws, context);
    const gatewayArn = gateway.gatewayArn ?? "";
    const rollout = { engineId: engine.id, prefix: NAME, validationMode: "IGNORE_ALL_FINDINGS", propagation } as const;
    const run = (set: RuleSet) =>
      rollOut(
        context,
        rollout,
        set.map((one) => statementOf(one, gatewayArn)),
      );
    const [first = [], ...later] = sets;
    await run(first);
    await sleep(2 * lag);
    const mark = aws.events.all().length;
    for (const [index, set] of later.entries()) {
      let requests = 0;
      aws.intercept = (_, proceed) => {
        requests += 1;
        if (requests >= (crashes[index] ?? Infinity)) throw new AwsError("Killed", "the process is gone");
        return proceed();
      };
      await run(set).catch(() => undefined);
    }
    aws.intercept = undefined;
    await run(sets.at(-1) ?? []);
    await sleep(2 * lag);
    const ruleOf = new Map(
      sets.flat().map((one) => {
        const { stem, text } = statementOf(one, gatewayArn);
        return [policyName(NAME, stem, text), one] as const;
      }),
    );
    const before = instants(aws.events.all().slice(0, mark), ruleOf).length;
    return instants(aws.events.all(), ruleOf).slice(Math.max(before - 1, 0));
  } finally {
    await aws.close();
  }
}

/** What was decided otherwise, although all sets of the chain agree. */
const violations = (sets: readonly RuleSet[], seen: readonly RuleSet[]): string[] =>
  DEPARTMENTS.flatMap((department) => {
    const [agreed, ...others] = new Set(sets.map((set) => decide(set, department)));
    if (agreed === undefined || others.length > 0) return [];
    return seen.flatMap((rules) =>
      decide(rules, department) === agreed
        ? []
        : [`${department}: all sets ${agreed}, but with ${rules.map(stemOf).join(" ")} not`],
    );
  });

test("over a chain of rollouts, killed or not, what all sets agree on is never decided otherwise", async () => {
  await fc.assert(
    fc.asyncProperty(fc.tuple(ruleSet, ruleSet, ruleSet), fc.tuple(crash, crash), async (sets, crashes) => {
      const seen = await rollOutChain(sets, { crashes });

      expect(violations(sets, seen)).toEqual([]);
      const end = seen.at(-1) ?? [];
      for (const department of DEPARTMENTS) expect(decide(end, department)).toBe(decide(sets[2], department));
    }),
    { numRuns: RUNS },
  );
});

test("the check can fail: a rollout that does not wait for effects is caught", async () => {
  const sets: RuleSet[] = [
    [{ effect: "permit", departments: ["guest"] }],
    [{ effect: "permit", departments: [...DEPARTMENTS] }],
  ];
  // The lag is from half of the usual to one and a half times it. Here the new permit's is the longest and the old
  // one's deletion, which comes after it, has the shortest: with no wait in between the guest is denied for a while.
  let slowness = 1;
  jest.spyOn(Math, "random").mockImplementation(() => slowness);
  const original = OfflineAws.prototype.call;
  jest.spyOn(OfflineAws.prototype, "call").mockImplementation(function (
    this: OfflineAws,
    service,
    operation,
    input,
    caller,
  ) {
    if (operation === "DeletePolicy") slowness = 0;
    return original.call(this, service, operation, input, caller) as never;
  });
  try {
    const seen = await rollOutChain(sets, { propagation: 0, lag: 1_000 });

    expect(violations(sets, seen)).toContainEqual(expect.stringMatching(/^guest: all sets allow/));
  } finally {
    jest.restoreAllMocks();
  }
});
