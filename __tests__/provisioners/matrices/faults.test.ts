import pMap from "p-map";
import type { Intercept } from "../../../local/offline-aws";
import { explain } from "../../../provisioners/explain";
import { LifecycleError } from "../../../provisioners/failure";
import { expectGenerated } from "../../support/generated";
import { openMoments } from "../../support/openness";
import { LATE, type Late } from "./consistency";
import { FAULTS, type Fault } from "./faults";
import { SCENARIOS, World, nameOf, type Scenario } from "./scenarios";

/** Operations before anything is activated: whatever fails in them, the old statements stand as they stood. */
const BEFORE_ACTIVATION = /^(List|GetPolicyEngine|GetGateway|CreatePolicy)/;
const OLD = ["kept", "old_permit", "old_forbid"];

/** Enough for what passes, and soon over for what does not. */
const IMPATIENT = { firstPause: 2, longestPause: 20, deadline: 1_500, firstLook: 2, answer: 600 };

// The first statement that is judged loads Cedar, which takes longer than a request may.
beforeAll(async () => {
  const [scenario] = SCENARIOS.filter(({ situation }) => situation === "a permit and a forbid replaced");
  if (scenario) await (await World.create(scenario)).close();
});

interface Ending {
  readonly ended: "mended" | "told" | "unclear";
  readonly message: string;
  /** What is wrong: with what was live meanwhile, with the state at the end, or with what was open. */
  readonly problems: readonly string[];
}

/** Runs the verb with the fault, then once more without: what is left undone by the first must be done by that. */
async function trial(scenario: Scenario, intercept: Intercept, isUntouched: boolean): Promise<Ending> {
  const world = await World.create(scenario, IMPATIENT);
  try {
    const hadPolicies = (await world.liveStems()).length > 0;
    world.aws.intercept = intercept;
    const error = await world.run(scenario.verb).then(
      () => undefined,
      (thrown: unknown) => explain(thrown),
    );
    world.aws.intercept = undefined;
    const live = await world.liveStems();
    const touched = [
      ...(hadPolicies && scenario.verb === "policies rollout" && !live.includes("kept")
        ? ["a kept statement is gone"]
        : []),
      ...(hadPolicies && error && isUntouched && live.sort().join() !== [...OLD].sort().join()
        ? [`live policies were touched: ${live.join()}`]
        : []),
    ];
    const first = error ? [] : await world.leftovers(scenario.wanted);
    await world.run(scenario.verb);
    const problems = [
      ...touched,
      ...first,
      ...(await world.leftovers(scenario.wanted)),
      ...openMoments(world.aws.events.all()),
    ];
    return { ...endingOf(error), problems };
  } finally {
    await world.close();
  }
}

function endingOf(error: unknown): Pick<Ending, "ended" | "message"> {
  if (error === undefined) return { ended: "mended", message: "" };
  const isClear = error instanceof LifecycleError && error.failure.next !== "" && error.failure.resource !== "";
  return { ended: isClear ? "told" : "unclear", message: error instanceof Error ? error.message : String(error) };
}

/** Strikes every call of these operations; `first` is the first of each. */
function striking(operations: readonly string[], { strike }: Fault): Intercept {
  const struck = new Set<string>();
  return ({ operation }, proceed) => {
    if (!operations.includes(operation)) return proceed();
    const isFirst = !struck.has(operation);
    struck.add(operation);
    return strike(proceed, isFirst);
  };
}

interface Row {
  readonly scenario: Scenario;
  readonly fault: string;
  readonly operation: string;
  readonly ended: string;
}
const rows: Row[] = [];

describe.each(SCENARIOS.map((scenario) => [nameOf(scenario), scenario] as const))("%s", (_, scenario) => {
  const meeting = FAULTS.filter(({ hits }) => scenario.calls.some(hits));
  test.each(meeting.map((fault) => [fault.name, fault.ends, fault] as const))(
    "%s, at every call it can meet: %s",
    async (name, ends, fault) => {
      const hit = scenario.calls.filter((operation) => fault.hits(operation));
      // What is mended at one call is mended at the next one as well: one run meets the fault at all of them.
      const runs = ends === "mended" ? [hit] : hit.map((operation) => [operation]);
      const endings = await pMap(
        runs,
        async (operations) => {
          const rollsOut = scenario.verb === "policies rollout";
          const untouched = rollsOut && operations.every((operation) => BEFORE_ACTIVATION.test(operation));
          const ending = await trial(scenario, striking(operations, fault), untouched);
          rows.push(...operations.map((operation) => ({ scenario, fault: name, operation, ended: ending.ended })));
          return { operations, ...ending };
        },
        { concurrency: 4 },
      );

      expect(endings.filter(({ ended, problems }) => ended !== ends || problems.length > 0)).toEqual([]);
      for (const { message } of endings)
        if (ends === "told") {
          expect(message).toMatch(/AWS said: (\w+\.cedar: )?\w+(Exception|Error): /);
          expect(message).toMatch(/resource: (?!see AWS's words)\S/);
        }
    },
  );
});

const scenarioOf = ({ verb, situation }: Late): Scenario => {
  const found = SCENARIOS.find((scenario) => scenario.verb === verb && scenario.situation === situation);
  if (!found) throw new Error(`no scenario ${verb}, ${situation}`);
  return found;
};

const lateEndings = new Map<Late, string>();

test.each(LATE.map((late) => [`${late.verb}, ${late.situation}`, late.name, late.ends, late] as const))(
  "%s: %s: %s",
  async (_, name, ends, late) => {
    const untouched = name === "CREATE_FAILED";
    const { ended, message, problems } = await trial(scenarioOf(late), late.make(), untouched);
    lateEndings.set(late, ended);

    expect({ ended, problems, message: ended === "told" ? "" : message }).toEqual({
      ended: ends,
      problems: [],
      message: "",
    });
    if (late.names) {
      expect(message).toMatch(late.names);
      expect(message).toContain("AWS's own reason");
    }
  },
);

const INTRODUCTION = `# The lifecycle scripts, with AWS at fault

Every call that a script makes, and everything that can go wrong with it. **mended**: the run goes on by itself and ends as
wanted. **told**: it ends with an error that names the resource, AWS's reason and the next step; the statements that stood
before the first activation still stand; and the same verb, run again once the fault is gone, ends as wanted. At no moment in
any of these runs stood a target behind a gateway without an enforcing engine. A dash: this cannot happen to the call.

Written by \`__tests__/provisioners/matrices/faults.test.ts\`; a call without a row fails the crash matrix beside it.
`;

test("the matrix in docs/ is what was seen", () => {
  const head = ["verb", "situation", "call", ...FAULTS.map(({ name }) => name)];
  const calls = SCENARIOS.flatMap((scenario) =>
    scenario.calls.map((operation) => {
      const cells = FAULTS.map(({ name }) => {
        const row = rows.find((one) => one.scenario === scenario && one.operation === operation && one.fault === name);
        return row?.ended ?? "–";
      });
      return [scenario.verb, scenario.situation, operation, ...cells];
    }),
  );
  const late = LATE.map((one) => [one.verb, one.situation, one.name, lateEndings.get(one) ?? "–"]);
  const table = (header: string[], body: string[][]) =>
    [header, header.map(() => "---"), ...body].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
  const text = [
    INTRODUCTION,
    table(head, calls),
    "\n## What AWS does after it has taken a request\n",
    table(["verb", "situation", "what happens", "ends"], late),
    "",
  ].join("\n");

  expectGenerated("docs/matrices/faults.md", text);
});
