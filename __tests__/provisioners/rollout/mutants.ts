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
const REST = "provisioners/rollout/rest.ts";

const BOTH_GO = chainOf(["permit", "forbid"], { wanted: [] });
const BOTH_COME = chainOf([], { wanted: ["permit", "forbid"] });
const FORBIDDEN_BY_HAND = chainOf([], { wanted: ["permit"], edits: [{ kind: "add", rule: forbid("read") }] });
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
    find: "if (left <= 0) return;",
    replace: "if (left > -Infinity) return;",
    chain: BOTH_COME,
  },
  {
    fault: "young statements are not waited for",
    file: REST,
    find: "!hasNoEffect(policy) && ages.of(policy) < propagation",
    replace: "false",
    chain: FORBIDDEN_BY_HAND,
  },
  {
    fault: "what was in transition when it began counts as old",
    file: "provisioners/rollout/settle.ts",
    find: "{ ...policy, age: 0 }",
    replace: "{ ...policy, age: Infinity }",
    chain: { ...FORBIDDEN_BY_HAND, uneven: true },
  },
  {
    fault: "young permits are not waited for",
    file: REST,
    find: "!hasNoEffect(policy) &&",
    replace: 'policy.effect === "forbid" &&',
    chain: { ...chainOf(["permit"], { wanted: [], edits: [COPIED] }), uneven: true },
  },
  {
    fault: "young forbids are not waited for",
    file: REST,
    find: "!hasNoEffect(policy) &&",
    replace: 'policy.effect === "permit" &&',
    chain: FORBIDDEN_BY_HAND,
  },
  {
    fault: "other people's young statements are not waited for",
    file: REST,
    find: "!hasNoEffect(policy) &&",
    replace: "policy.name.startsWith(prefix) &&",
    chain: FORBIDDEN_BY_HAND,
  },
  {
    fault: "deletions from before it began are not waited for",
    file: RUN,
    find: "permitsGone, pace.sinceStart",
    replace: "permitsGone",
    chain: { ...chainOf(["permit", "forbid"], { wanted: [], edits: [{ kind: "delete", nth: 0 }] }), uneven: true },
  },
  {
    fault: "old permits go before new ones have taken effect",
    file: RUN,
    find: 'await pace.until("new statements take effect before old ones go", pace.fromNow());',
    replace: "{}",
    chain: chainOf(["permit"], { wanted: ["again"] }),
  },
  {
    fault: "new permits come before new forbids have taken effect",
    file: RUN,
    find: 'await pace.until("new forbids take effect before new permits", pace.fromNow());',
    replace: "",
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
    chain: { ...BOTH_COME, uneven: true },
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
