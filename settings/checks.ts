import { suggest } from "../reporting/problem";
import { valueAt, type Finding } from "../reporting/schema-findings";
import { checkName } from "./name-limits";
import { policySets } from "./policy-sets";
import { OWN_TAGS } from "./schema";

/** The one environment where a gateway that enforces nothing needs no acknowledgement. */
const TRIALS = "dev";

/** AgentCore's limit for the tags of one resource. Source: TagsMap. */
const TAGS = 50;

/**
 * What a schema of single fields cannot see: fields that depend on one another, on the environment's name or on
 * the project's files. Takes the settings as they were written, so that these problems are found together
 * with those of the schema; a field of the wrong kind is left to the schema.
 */
export function checkSettings(given: Readonly<Record<string, unknown>>, environment: string): Finding[] {
  return [
    ...nameFindings(given),
    ...policySetFindings(given),
    ...modeFindings(given, environment),
    ...tagFindings(given),
    ...keyFindings(given),
  ];
}

function nameFindings({ name, region }: Readonly<Record<string, unknown>>): Finding[] {
  if (typeof name !== "string") return [];
  return checkName(name, typeof region === "string" ? region : "").map((problem) => ({ path: ["name"], ...problem }));
}

function policySetFindings({ policySet }: Readonly<Record<string, unknown>>): Finding[] {
  const sets = policySets();
  if (typeof policySet !== "string" || sets.includes(policySet)) return [];
  const meant = suggest(policySet, sets);
  return [
    {
      path: ["policySet"],
      what: "there is no such policy set",
      value: policySet,
      limit: `the folders below policies/: ${sets.join(", ")}`,
      fix: meant ? `did you mean ${meant}?` : "choose one of them, or add a folder with *.cedar files",
    },
  ];
}

function modeFindings(given: Readonly<Record<string, unknown>>, environment: string): Finding[] {
  const acknowledged = valueAt(given, ["policyEngine", "acknowledgeNothingIsEnforced"]) === true;
  if (valueAt(given, ["policyEngine", "mode"]) !== "LOG_ONLY" || acknowledged || environment === TRIALS) return [];
  return [
    {
      path: ["policyEngine", "mode"],
      what: "LOG_ONLY enforces nothing: every caller with a token reaches every tool",
      value: "LOG_ONLY",
      limit: `ENFORCE, in every environment but ${TRIALS}`,
      fix: "write ENFORCE; if it is meant, add policyEngine.acknowledgeNothingIsEnforced: true",
    },
  ];
}

function tagFindings({ tags }: Readonly<Record<string, unknown>>): Finding[] {
  if (typeof tags !== "object" || tags === null) return [];
  const keys = Object.keys(tags);
  const own = keys.filter((key) => OWN_TAGS.some((tag) => tag.toLowerCase() === key.toLowerCase()));
  const limit = `any key but ${OWN_TAGS.join(", ")}: the project sets these, and knows its policy engine by them`;
  const taken = own.map((key) => ({
    path: ["tags", key],
    what: "is a tag of the project's own",
    limit,
    fix: "rename it",
  }));
  const twins = keys.flatMap((key, index) => {
    const first = keys.find((other) => other.toLowerCase() === key.toLowerCase());
    if (first === undefined || keys.indexOf(first) === index) return [];
    const limit = "to IAM they are one key";
    return [
      { path: ["tags", key], what: "is another tag's key in another case", value: first, limit, fix: "take one out" },
    ];
  });
  const most = TAGS - OWN_TAGS.length;
  if (keys.length <= most) return [...taken, ...twins];
  return [
    ...taken,
    ...twins,
    { path: ["tags"], what: "has too many tags", value: `${keys.length}`, limit: `at most ${most}` },
  ];
}

/**
 * Keys that would be lost without a word: the schema passes over `__proto__`, and the pre-token Lambda takes no name that
 * every object of JavaScript has for a user's.
 */
function keyFindings(given: Readonly<Record<string, unknown>>): Finding[] {
  const isLost = (key: string) => key === "__proto__";
  const groups: readonly (readonly [path: string[], isTaken: (key: string) => boolean])[] = [
    [["claims", "users"], (key) => key in Object.prototype],
    [["tags"], isLost],
    [["imports"], isLost],
  ];
  return groups.flatMap(([path, isTaken]) =>
    Object.keys(valueAt(given, path) ?? {})
      .filter(isTaken)
      .map((key) => ({
        path: [...path, key],
        what: "is a name of JavaScript's own, and would have no effect",
        value: key,
        fix: "write another name",
      })),
  );
}
