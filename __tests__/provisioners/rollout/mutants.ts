import type { Mutant } from "../../support/mutant";
import { SOONEST, type Chain, type Choice, type Crash, type Edit } from "./chain";
import type { Rule } from "./rules";

/** A wrong rollout, and a chain that shows it with one timing or another. */
export interface WrongRollout extends Mutant {
  readonly fault: string;
  readonly chain: Chain;
}

const permit = (...tools: string[]): Rule => ({
  effect: "permit",
  departments: [],
  role: undefined,
  tools,
  text: undefined,
});
const forbid = (...tools: string[]): Rule => ({ ...permit(...tools), effect: "forbid" });

const FILES = ["permit", "forbid", "wider", "other"] as const;
type File = (typeof FILES)[number];
const RULES: Readonly<Record<File, readonly [Rule, Rule]>> = {
  permit: [permit("read"), permit("read", "write")],
  forbid: [forbid("read"), forbid("read", "write")],
  wider: [permit("write", "read"), permit("write", "read")],
  other: [permit("write"), permit("write")],
};
/** The file's second version. */
const SECOND = { permit: "again" } as const;
type Item = File | (typeof SECOND)["permit"];

interface Step {
  readonly wanted: readonly Item[];
  readonly edits?: readonly Edit[];
  readonly crash?: Crash;
  readonly replaces?: boolean;
}

/** From one policy set to the next, the next rollout as soon as there may be one. All decide on one request. */
function chainOf(first: readonly Item[], ...steps: readonly Step[]): Chain {
  const choice = (items: readonly Item[]): Choice =>
    FILES.map((file) => {
      if (items.includes(file)) return 0;
      return file === "permit" && items.includes(SECOND.permit) ? 1 : null;
    });
  return {
    files: FILES.map((file) => RULES[file]),
    foreign: [],
    first: choice(first),
    runs: steps.map(({ wanted, edits = [], crash = null, replaces = false }) => ({
      before: { edits, pause: SOONEST },
      changes: choice(wanted).map((to, file) => ({ file, to })),
      crash,
      replaces,
    })),
    requests: [{ department: "sales", role: "clerk", tool: "read", text: "public" }],
    uneven: false,
    seed: 1,
  };
}

const RUN = "provisioners/rollout/run.ts";
const PLAN = "provisioners/rollout/plan.ts";
const PACE = "provisioners/rollout/pace.ts";

const BOTH_GO = chainOf(["permit", "forbid"], { wanted: [] });
const BOTH_COME = chainOf([], { wanted: ["permit", "forbid"] });
/** Killed as soon as the single new statement is created. */
const CREATED: Crash = { request: 2, when: "after" };
/** Killed as soon as the first old statement is deleted, where there is no new one. */
const DELETED: Crash = { request: 3, when: "after" };

const COPIED: Edit = { kind: "copy", file: 0 };

export const MUTANTS: readonly WrongRollout[] = [
  {
    fault: "forbids are deleted before permits",
    file: RUN,
    find: "const [forbids, permits] = byEffect(plan.retire",
    replace: "const [permits, forbids] = byEffect(plan.retire",
    chain: BOTH_GO,
  },
  {
    fault: "permits are activated before forbids",
    file: RUN,
    find: "const [forbids, permits] = byEffect(staged",
    replace: "const [permits, forbids] = byEffect(staged",
    chain: BOTH_COME,
  },
  {
    fault: "statements are matched by name alone",
    file: PLAN,
    find: "policy.text === statement.text",
    replace: 'policy.name === require("../../cedar/policy-name").policyName(prefix, statement.stem, statement.text)',
    chain: chainOf(["permit"], { wanted: ["permit"], edits: [{ kind: "change", nth: 0, rule: permit("write") }] }),
  },
  {
    fault: "statements are matched by file name",
    file: PLAN,
    find: "policy.text === statement.text",
    replace: "policy.name.startsWith(`${prefix}_${statement.stem}_`)",
    chain: chainOf(["permit"], { wanted: ["again"] }),
  },
  {
    fault: "nothing waits between the phases",
    file: PACE,
    find: "if (left <= 0) return false;",
    replace: "if (left > -Infinity) return false;",
    chain: BOTH_COME,
  },
  {
    fault: "young statements are not waited for",
    file: PACE,
    find: "return left <= 0 ? 0 : this.start + left;",
    replace: "return 0;",
    chain: chainOf(["permit"], { wanted: ["permit", "wider"], crash: CREATED }, { wanted: ["wider"] }),
  },
  {
    fault: "the time that the engine took to settle counts as time for effects",
    file: RUN,
    find: `const policies = await settledPolicies(context, rollout.engineId);
  // Ages are as of that list, and settling may have taken minutes.
  const pace = new Pace(rollout.propagation, context.log);`,
    replace: `const pace = new Pace(rollout.propagation, context.log);
  const policies = await settledPolicies(context, rollout.engineId);`,
    chain: {
      ...chainOf([], { wanted: ["forbid"], crash: CREATED }, { wanted: ["forbid", "permit"] }),
      uneven: true,
    },
  },
  {
    fault: "young permits that stay are not waited for",
    file: RUN,
    find: ', pace.ofListed(standing(plan, "permit"))',
    replace: "",
    chain: chainOf(["permit"], { wanted: ["permit", "wider"], crash: CREATED }, { wanted: ["wider"] }),
  },
  {
    fault: "young forbids that stay are not waited for",
    file: RUN,
    find: 'hold, pace.ofListed(standing(plan, "forbid"))',
    replace: "hold",
    chain: chainOf([], { wanted: ["forbid"], crash: CREATED }, { wanted: ["forbid", "permit", "wider"] }),
  },
  {
    fault: "other people's young forbids are not waited for",
    file: RUN,
    find: "...plan.unmanaged].filter(",
    replace: "].filter(",
    chain: chainOf([], { wanted: ["permit"], edits: [{ kind: "add", rule: forbid("read") }] }),
  },
  {
    fault: "deletions of an earlier run are not waited for",
    file: RUN,
    find: "pace.sinceStart, ",
    replace: "",
    chain: chainOf(["permit", "forbid"], { wanted: [], crash: DELETED }, { wanted: [] }),
  },
  {
    fault: "old permits go before new ones have taken effect",
    file: RUN,
    find: "const permitsHold = permits.length > 0 ? pace.fromNow() : 0;",
    replace: "const permitsHold = 0;",
    chain: chainOf(["permit"], { wanted: ["again"] }),
  },
  {
    fault: "new permits come before new forbids have taken effect",
    file: RUN,
    find: "const forbidsHold = forbids.length > 0 ? pace.fromNow() : 0;",
    replace: "const forbidsHold = 0;",
    chain: BOTH_COME,
  },
  {
    fault: "old forbids go while old permits are still in effect",
    file: RUN,
    find: "const permitsGone = permits.length > 0 ? pace.fromNow() : 0;",
    replace: "const permitsGone = 0;",
    // The new statement takes longer than what a rollout waits since its start.
    chain: chainOf(["permit", "forbid"], { wanted: ["other"] }),
  },
  {
    fault: "a single permit does not wait for the forbids",
    file: RUN,
    find: "if (isOneAlone(plan) &&",
    replace: "if (false &&",
    chain: chainOf([], { wanted: ["forbid"], crash: CREATED }, { wanted: ["forbid", "permit"] }),
  },
  {
    fault: "staged statements decide at once",
    file: "provisioners/rollout/stage.ts",
    find: 'isOneAlone(plan) ? "ACTIVE" : "LOG_ONLY"',
    replace: '"ACTIVE" as const',
    chain: BOTH_COME,
  },
  {
    fault: "a name's generation is overlooked",
    file: "provisioners/rollout/names.ts",
    find: "(_g\\d{1,2})?",
    replace: "",
    chain: chainOf(
      ["permit"],
      { wanted: ["permit"], edits: [{ kind: "change", nth: 0, rule: permit("write") }] },
      { wanted: [] },
    ),
  },
  {
    fault: "an activation is not seen to its end",
    file: RUN,
    find: "await untilLive(context, engineId, waiting);",
    replace: "",
    chain: BOTH_COME,
  },
  {
    fault: "a policy that was set to LOG_ONLY by hand counts as live",
    file: PLAN,
    find: 'policy.status === "ACTIVE" && policy.enforcementMode === "ACTIVE";',
    replace: 'policy.status === "ACTIVE";',
    chain: chainOf(["permit"], { wanted: ["permit"], edits: [{ kind: "mute", nth: 0 }] }),
  },
  {
    fault: "somebody else's policy of the same text counts as its own",
    file: PLAN,
    find: "new Set(managed)",
    replace: "new Set(policies)",
    chain: chainOf([], { wanted: ["permit"], edits: [COPIED] }),
  },
  {
    fault: "what is to be replaced counts as its own",
    file: PLAN,
    find: "new Set(managed)",
    replace: "new Set([...managed, ...toReplace])",
    chain: chainOf([], { wanted: ["permit"], edits: [COPIED], replaces: true }),
  },
  {
    fault: "what is to be replaced stays",
    file: PLAN,
    find: "[...free, ...toReplace]",
    replace: "[...free]",
    chain: chainOf([], { wanted: ["permit"], edits: [COPIED], replaces: true }),
  },
  {
    fault: "what is to be replaced goes first",
    file: PLAN,
    find: "discard: left.filter(",
    replace: "discard: left.filter((policy) => toReplace.includes(policy) || ",
    // The first copy is in effect by the time of the second.
    chain: chainOf([], { wanted: ["permit"], edits: [COPIED, { kind: "copy", file: 3 }], replaces: true }),
  },
];
