import { policySets } from "../../bench/policy-update/statements";
import { windowsOf } from "../../bench/policy-update/windows";
import type { AwsEvent } from "../../local/core/events";

const gatewayArn = "arn:aws:bedrock-agentcore:us-east-1:111122223333:gateway/b-0123456789";
const sets = policySets({ statements: 10, changed: 10 }, gatewayArn);
const PERMIT = 8;
const FORBID = 9;

/** `on 3 old`: the old version of statement 3 begins to decide; `off` ends it. One step takes 10 ms. */
function windows(...steps: string[]) {
  const texts = new Map<string, string>();
  for (const [version, statements] of [["old", sets.before] as const, ["new", sets.after] as const]) {
    statements.forEach(({ text }, number) => texts.set(`${number} ${version}`, text));
  }
  const initial = [...texts.keys()].filter((id) => id.endsWith("old")).map((id) => `on ${id}`);
  const events = [...initial, "since", ...steps, "end"].map((step, index): AwsEvent => {
    const [verb, ...id] = step.split(" ");
    const state = { effective: true, enforcementMode: "ACTIVE" };
    const stamp = { sequence: index, at: (index - initial.length) * 10 };
    if (verb === "on") return { ...stamp, kind: "change", type: "policy", id: id.join(" "), state };
    if (verb === "off") return { ...stamp, kind: "change", type: "policy", id: id.join(" "), state: "deleted" };
    return { ...stamp, kind: "change", type: "policy", id: "none", state: "deleted" };
  });
  const { denied, allowed, watched } = windowsOf({
    events,
    texts,
    sets,
    callers: ["client-8", "stranger"],
    gatewayArn,
    since: 0,
  });
  return { denied, allowed, watched };
}

test("new before old opens no window", () => {
  expect(windows(`on ${FORBID} new`, `on ${PERMIT} new`, `off ${PERMIT} old`, `off ${FORBID} old`)).toEqual({
    denied: 0,
    allowed: 0,
    watched: 4,
  });
});

test("old permits that go before new ones come are a deny window of that length", () => {
  expect(windows(`off ${PERMIT} old`, "wait", `on ${PERMIT} new`)).toMatchObject({ denied: 20, allowed: 0 });
});

test("a forbid that goes before its successor comes leaves allowed what both sets deny", () => {
  expect(windows(`off ${FORBID} old`, `on ${FORBID} new`)).toMatchObject({ denied: 0, allowed: 10 });
});

test("a policy that is LOG_ONLY decides nothing", () => {
  const { before, after } = sets;
  const text = after[PERMIT]?.text ?? "";
  const events: AwsEvent[] = [0, 10].map((at, sequence) => ({
    sequence,
    at,
    kind: "change",
    type: "policy",
    id: "staged",
    state: { effective: true, enforcementMode: "LOG_ONLY" },
  }));
  const texts = new Map([["staged", text]]);

  const { denied } = windowsOf({ events, texts, sets: { before, after }, callers: ["client-8"], gatewayArn, since: 0 });

  expect(denied).toBe(10);
});

test("a thousand statements, old and new together, stay below the engine's 200 KB", () => {
  const large = policySets({ statements: 900, changed: 100 }, gatewayArn);
  const texts = new Set([...large.before, ...large.after].map(({ text }) => text));

  expect(texts.size).toBe(1_000);
  expect([...texts].join("").length).toBeLessThan(200 * 1_024);
});
