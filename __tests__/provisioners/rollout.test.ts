import { setTimeout as sleep } from "node:timers/promises";
import type { GetGatewayCommandOutput } from "@aws-sdk/client-bedrock-agentcore-control";
import { Authorizer } from "../../cedar/decide";
import { effectOf } from "../../cedar/head";
import { policyName } from "../../cedar/policy-name";
import { schemaFor } from "../../cedar/schema";
import { AwsError, ConnectionLost } from "../../local/core/errors";
import { OfflineAws } from "../../local/offline-aws";
import { listPolicies } from "../../provisioners/aws/policies";
import type { Engine } from "../../provisioners/aws/engines";
import type { Context } from "../../provisioners/context";
import { rollOut } from "../../provisioners/rollout/run";
import type { WantedStatement } from "../../provisioners/rollout/wanted";
import { NAME, byHand, contextFor, deployByScripts, until } from "../support/gateway";

let aws: OfflineAws;
let context: Context;
let lines: string[];
let engine: Engine;
let gateway: GetGatewayCommandOutput;

beforeEach(async () => {
  aws = await OfflineAws.start();
  ({ context, lines } = contextFor(aws));
  ({ engine, gateway } = await deployByScripts(aws, context));
});

afterEach(() => aws.close());

const ACTION = 'AgentCore::Action::"sample-tool-target___read"';
const scope = () =>
  `(principal is AgentCore::OAuthUser, action == ${ACTION}, resource == AgentCore::Gateway::"${gateway.gatewayArn}")`;
const department = (name: string) => `principal.hasTag("department") && principal.getTag("department") == "${name}"`;
const statement = (stem: string, effect: "permit" | "forbid", condition: string): WantedStatement => ({
  stem,
  effect,
  text: `${effect}${scope()} when { ${condition} };`,
});

async function run(wanted: readonly WantedStatement[], propagation = 0, replaced: readonly string[] = []) {
  const validationMode = "FAIL_ON_ANY_FINDINGS";
  const rollout = { engineId: engine.id, prefix: NAME, replaced, validationMode, propagation } as const;
  const ids = await rollOut(context, rollout, wanted);
  // The last deletion takes effect a moment after the rollout has seen it done.
  await sleep(20);
  return ids;
}

/** What each mutation did, as `verb effect mode`, in the order in which it took effect. */
function mutations(after = 0): string[] {
  const seen = new Map<string, string>();
  return aws.events.changes("policy").flatMap((event) => {
    const before = seen.get(event.id);
    const now = event.state === "deleted" ? "gone" : String(event.state.effective ? event.state.enforcementMode : "");
    if (now) seen.set(event.id, now);
    const name = event.id.replace(`${NAME}_`, "").replace(/(_[0-9a-f]{8}(_g\d+)?)?-.*$/, "");
    // The rollout's own sign has no file's name.
    return event.sequence >= after && name && now && now !== before ? [`${name} ${now}`] : [];
  });
}

const isSign = (name: unknown) => String(name).startsWith(`${NAME}__`);

async function createByHand(name: string, condition: string): Promise<void> {
  const definition = { cedar: { statement: statement(name, "permit", condition).text } };
  await byHand(aws, "CreatePolicy", { policyEngineId: engine.id, name, definition });
  // Its effect comes a moment after its status.
  await until(() => Promise.resolve(mutations().includes(`${name} ACTIVE`)));
}

const sequence = () => aws.events.all().length;

const live = async () =>
  (await listPolicies(context, engine.id)).filter(
    ({ status, enforcementMode }) => status === "ACTIVE" && enforcementMode === "ACTIVE",
  );

describe("a rollout", () => {
  test("passes through its phases in order: stage, forbids, permits, old permits, old forbids", async () => {
    await run([
      statement("old_permit", "permit", department("sales")),
      statement("old_forbid", "forbid", department("guest")),
    ]);
    const start = sequence();

    await run([
      statement("new_permit", "permit", department("finance")),
      statement("new_forbid", "forbid", department("interns")),
    ]);

    expect(mutations(start)).toEqual([
      "new_permit LOG_ONLY",
      "new_forbid LOG_ONLY",
      "new_forbid ACTIVE",
      "new_permit ACTIVE",
      "old_permit gone",
      "old_forbid gone",
    ]);
    expect((await live()).map(({ text }) => effectOf(text ?? "")).sort()).toEqual(["forbid", "permit"]);
  });

  test("leaves an unchanged set alone: no request but reads", async () => {
    const set = [statement("finance", "permit", department("finance"))];
    const first = await run(set);
    const start = sequence();

    const second = await run(set, 60_000);

    expect(second).toEqual(first);
    const operations = aws.events.calls().filter((event) => event.sequence >= start);
    expect(operations.map(({ operation }) => operation)).toEqual(["ListPolicies"]);
  });

  test("touches only what changed, by text and not by name", async () => {
    const kept = statement("finance", "permit", department("finance"));
    const before = await run([kept, statement("sales", "permit", department("sales"))]);
    const start = sequence();

    const after = await run([kept, statement("sales", "permit", department("engineering"))]);

    expect(after.get("finance")).toBe(before.get("finance"));
    expect(after.get("sales")).not.toBe(before.get("sales"));
    expect(mutations(start)).toEqual(["sales ACTIVE", "sales gone"]);
  });

  test("replaces another's policies only where they are named, and only after its own have taken effect", async () => {
    for (const name of ["theirs", "theirs_too"]) await createByHand(name, department("finance"));
    const wanted = [statement("finance", "permit", department("finance"))];

    await run(wanted);
    expect((await live()).map(({ name }) => name)).toEqual(expect.arrayContaining(["theirs", "theirs_too"]));
    const start = sequence();
    await run([...wanted, statement("sales", "permit", department("sales"))], 0, ["theirs", "not_there"]);

    expect(mutations(start)).toEqual(["sales ACTIVE", "theirs gone"]);
    expect((await live()).map(({ name }) => name)).toContain("theirs_too");
  });

  test("takes no replaced policy for one of its own, though its text is what is wanted", async () => {
    await createByHand("theirs", department("finance"));
    const start = sequence();

    await run([statement("finance", "permit", department("finance"))], 0, ["theirs"]);

    expect(mutations(start)).toEqual(["finance ACTIVE", "theirs gone"]);
  });

  test("creates a statement that alone is new with its effect, once the forbids that stand have theirs", async () => {
    const before = [
      statement("sales", "permit", department("sales")),
      statement("guests", "forbid", department("guest")),
    ];
    await run(before);
    lines.length = 0;

    await run([...before, statement("finance", "permit", department("finance"))], 3_000);

    expect(lines).toEqual([
      expect.stringMatching(/^waiting until what was changed a moment ago has taken effect: demo_/),
      expect.stringMatching(/^policies: 2 unchanged, 1 new/),
      expect.stringMatching(/^the sign of this rollout, a policy without effect: demo__[0-9a-f]{8}$/),
      "1/5: creating one new permit: finance",
    ]);
    expect(mutations().filter((mutation) => mutation.startsWith("finance"))).toEqual(["finance ACTIVE"]);
  });

  test("takes everything back when AWS rejects one statement, and says what AWS said", async () => {
    const good = statement("finance", "permit", department("finance"));
    await run([good]);
    const before = await live();
    const bad: WantedStatement = {
      stem: "typo",
      effect: "permit",
      text: statement("typo", "permit", department("sales")).text.replace("___read", "___raed"),
    };

    const attempt = run([statement("sales", "permit", department("sales")), bad]);

    await expect(attempt).rejects.toThrow(/AWS said: typo\.cedar: .*unrecognized action/s);
    expect(await listPolicies(context, engine.id)).toEqual(
      before.map((policy) => ({ ...policy, age: expect.any(Number) })),
    );
  });

  test("says what AWS rejects also where what was staged cannot be taken back, and the next run takes it", async () => {
    const good = statement("finance", "permit", department("finance"));
    const [sales, typo] = ["sales", "typo"].map((name) => statement(name, "permit", department(name)));
    const bad = { ...typo, text: typo?.text.replace("___read", "___raed") } as WantedStatement;
    aws.intercept = ({ operation }, proceed) => {
      if (operation === "DeletePolicy") throw new AwsError("AccessDeniedException", "no deletion", 403);
      return proceed();
    };

    await expect(run([good, sales as WantedStatement, bad])).rejects.toThrow(
      /could not all be deleted again \(AccessDeniedException: no deletion\).*AWS said: typo\.cedar: .*unrecognized/s,
    );

    expect(await live()).toEqual([]);
    aws.intercept = undefined;
    await run([good]);
    expect((await listPolicies(context, engine.id)).map(({ text }) => text)).toEqual([good.text]);
  });

  test("takes back also what AWS made without an answer", async () => {
    const good = statement("finance", "permit", department("finance"));
    await run([good]);
    const unanswered = (isLost: (name: unknown) => boolean) => {
      aws.intercept = async ({ operation, input }, proceed) => {
        const answer = await proceed();
        if (operation === "CreatePolicy" && isLost((input as { name?: string }).name)) throw new ConnectionLost();
        return answer;
      };
    };
    const attempt = () => run([good, statement("sales", "permit", department("sales"))]);

    unanswered((name) => !isSign(name));
    await expect(attempt()).rejects.toThrow(/statements could not be created; everything staged was deleted again/);
    unanswered(isSign);
    await expect(attempt()).rejects.toThrow();
    aws.intercept = undefined;
    await until(async () => (await listPolicies(context, engine.id)).length === 1);

    expect((await listPolicies(context, engine.id)).map(({ text }) => text)).toEqual([good.text]);
  });

  test("takes a policy that it has seen in transition for young, however AWS dates it", async () => {
    const kept = [statement("guests", "forbid", department("guest")), statement("all", "permit", department("all"))];
    await run(kept);
    let looks = 0;
    aws.intercept = async ({ operation }, proceed) => {
      const answer = (await proceed()) as { policies: object[] };
      if (operation !== "ListPolicies") return answer;
      looks += 1;
      const seen = looks === 1 ? { status: "UPDATING" } : {};
      return { ...answer, policies: answer.policies.map((one) => ({ ...one, updatedAt: new Date(0), ...seen })) };
    };

    await run([...kept, statement("finance", "permit", department("finance"))], 300);

    expect(lines).toContainEqual(expect.stringMatching(/^waiting until what was changed a moment ago/));
  });

  test("activates permits no more where a forbid is gone while they waited", async () => {
    const all = statement("all", "permit", department("all"));
    const kept = [statement("guests", "forbid", department("guest")), all];
    const ids = await run(kept);
    await sleep(1_700);
    const added = [statement("interns", "forbid", department("interns")), statement("hr", "permit", department("hr"))];
    const attempt = run([...kept, ...added], 700).catch((error: unknown) => error);
    await until(() => Promise.resolve(lines.some((line) => line.includes("forbids take effect before new permits"))));

    await byHand(aws, "DeletePolicy", { policyEngineId: engine.id, policyId: ids.get("guests") });

    expect(await attempt).toMatchObject({
      message: expect.stringMatching(/no new permit was activated[^]*demo_guests_/) as string,
    });
    expect((await live()).map(({ text }) => text).sort()).toEqual([added[0]?.text, all.text].sort());
  });

  test("sees what somebody deletes while it waits for the engine to be at rest", async () => {
    const kept = [statement("guests", "forbid", department("guest")), statement("all", "permit", department("all"))];
    const ids = await run(kept);
    const wanted = [...kept, statement("finance", "permit", department("finance"))];
    const attempt = run(wanted, 700);
    await until(() => Promise.resolve(lines.some((line) => line.startsWith("waiting until what was changed"))));

    await byHand(aws, "DeletePolicy", { policyEngineId: engine.id, policyId: ids.get("guests") });

    await attempt;
    expect((await live()).map(({ text }) => text).sort()).toEqual(wanted.map(({ text }) => text).sort());
  });

  test("takes back a single permit whose forbid is gone by the time that AWS has made it", async () => {
    const kept = [statement("guests", "forbid", department("guest")), statement("all", "permit", department("all"))];
    const ids = await run(kept);
    aws.intercept = async ({ operation, input }, proceed) => {
      if (operation === "CreatePolicy" && !isSign((input as { name?: string }).name)) {
        aws.intercept = undefined;
        await byHand(aws, "DeletePolicy", { policyEngineId: engine.id, policyId: ids.get("guests") });
      }
      return proceed();
    };

    await expect(run([...kept, statement("finance", "permit", department("finance"))])).rejects.toThrow(
      /changed by somebody else [^]*what it had made is deleted again[^]*demo_guests_/,
    );

    expect((await live()).map(({ text }) => text)).toEqual([kept[1]?.text]);
  });

  describe("its sign", () => {
    const set = () => [
      statement("finance", "permit", department("finance")),
      statement("hr", "permit", department("hr")),
    ];
    const signs = () => aws.events.changes("policy").filter(({ id }) => isSign(id));

    test("has no effect, is there before every other change, and gone at the end", async () => {
      await run(set());
      const start = sequence();
      await run([statement("sales", "permit", department("sales"))]);

      const changes = aws.events.changes("policy").filter((event) => event.sequence >= start);
      expect(isSign(changes[0]?.id)).toBe(true);
      const states = signs().flatMap(({ state }) => (state === "deleted" ? [] : [state.enforcementMode]));
      expect(new Set(states)).toEqual(new Set(["LOG_ONLY"]));
      expect((await listPolicies(context, engine.id)).filter(({ name }) => isSign(name))).toEqual([]);
    });

    test("is gone also where the rollout fails", async () => {
      aws.intercept = ({ operation }, proceed) => {
        if (operation === "UpdatePolicy") throw new AwsError("AccessDeniedException", "no update", 403);
        return proceed();
      };
      await expect(run(set())).rejects.toThrow();
      expect((await listPolicies(context, engine.id)).filter(({ name }) => isSign(name))).toEqual([]);
    });

    test("of a killed run is waited for, then deleted, and never takes a statement's place", async () => {
      const [finance] = set();
      const name = `${NAME}__0123abcd`;
      const definition = { cedar: { statement: finance?.text } };
      await byHand(aws, "CreatePolicy", { policyEngineId: engine.id, name, definition, enforcementMode: "LOG_ONLY" });
      const start = Date.now();

      await run([finance as WantedStatement], 200);

      expect(Date.now() - start).toBeGreaterThan(6 * 200 - 50);
      expect(lines).toContainEqual(expect.stringMatching(/^waiting: another rollout is under way.*demo__0123abcd/));
      expect((await listPolicies(context, engine.id)).map(({ name }) => name)).toEqual([
        policyName(NAME, "finance", finance?.text ?? ""),
      ]);
    });

    test("is not raised where the engine is full, and a rollout that deletes goes on without", async () => {
      const full = Array.from({ length: 3 }, (_, index) => statement(`p${index}`, "permit", department(`d${index}`)));
      await run(full);
      aws.intercept = ({ operation }, proceed) => {
        if (operation === "CreatePolicy") throw new AwsError("ServiceQuotaExceededException", "full", 402);
        return proceed();
      };

      await run(full.slice(0, 1));

      expect(await live()).toHaveLength(1);
    });
  });

  test("takes nothing back that may decide: a forbid whose edit by hand AWS refused stays when others are rejected", async () => {
    const kept = [statement("guests", "forbid", department("guest")), statement("all", "permit", department("all"))];
    const ids = await run(kept);
    const refused = { cedar: { statement: (kept[0]?.text ?? "").replace("___read", "___raed") } };
    const edit = { policyEngineId: engine.id, policyId: ids.get("guests"), definition: refused };
    await byHand(aws, "UpdatePolicy", edit);
    await until(async () => (await listPolicies(context, engine.id)).some(({ status }) => status === "UPDATE_FAILED"));
    const typo = statement("typo", "permit", department("sales"));
    const bad = { ...typo, text: typo.text.replace("___read", "___raed") };

    await expect(run([...kept, bad])).rejects.toThrow(/AWS rejects statements/);

    const left = await listPolicies(context, engine.id);
    expect(left.map(({ id }) => id).sort()).toEqual([...ids.values()].sort());
  });

  test("goes on from what a run that was killed had staged", async () => {
    const wanted = statement("finance", "permit", department("finance"));
    let refused = 0;
    aws.intercept = ({ operation }, proceed) => {
      if (operation !== "UpdatePolicy") return proceed();
      refused += 1;
      throw new AwsError("AccessDeniedException", "killed", 403);
    };
    const other = statement("sales", "permit", department("sales"));
    await expect(run([wanted, other])).rejects.toThrow();
    // The run ends with the first refusal; the second request may still be on its way.
    while (refused < 2) await sleep(1);
    aws.intercept = undefined;
    const [staged] = await listPolicies(context, engine.id);
    expect(staged?.enforcementMode).toBe("LOG_ONLY");

    const ids = await run([wanted]);

    expect(ids.get("finance")).toBe(staged?.id);
    expect(await live()).toHaveLength(1);
  });

  test("brings back a statement that was edited by hand under an unchanged name", async () => {
    const wanted = statement("finance", "permit", department("finance"));
    const before = await run([wanted]);
    await byHand(aws, "UpdatePolicy", {
      policyEngineId: engine.id,
      policyId: before.get("finance"),
      definition: { cedar: { statement: wanted.text.replace("finance", "guest") } },
    });

    await run([wanted]);

    const policies = await live();
    expect(policies.map(({ text }) => text)).toEqual([wanted.text]);
    expect(policies[0]?.name).toMatch(/_g2$/);
  });

  test("never touches a policy that it did not make, and warns of a permit", async () => {
    await byHand(aws, "CreatePolicy", {
      policyEngineId: engine.id,
      name: "by_hand",
      definition: { cedar: { statement: statement("x", "permit", department("guest")).text } },
    });
    await run([statement("finance", "permit", department("finance"))]);

    await run([]);

    expect((await live()).map(({ name }) => name)).toEqual(["by_hand"]);
    expect(lines).toContainEqual(expect.stringMatching(/warning: 1 policies .* by_hand may allow more/));
  });

  test("waits until new statements have taken effect before old ones go", async () => {
    await run([statement("finance", "permit", department("finance"))]);

    await run([statement("finance", "permit", `${department("finance")} || ${department("sales")}`)], 300);

    expect(lines).toContainEqual(
      expect.stringMatching(/waiting 0\.3 s: new statements take effect before old ones go/),
    );
  });

  test("sends the text and the validation mode along with every creation and activation, under a token per creation", async () => {
    const sent: { operation: string; input: Record<string, unknown> }[] = [];
    let failures = 1;
    aws.intercept = ({ operation, input }, proceed) => {
      if (!/^(Create|Update)Policy$/.test(operation)) return proceed();
      if (isSign((input as { name?: string }).name)) return proceed();
      sent.push({ operation, input: input as Record<string, unknown> });
      if (failures-- > 0) throw new AwsError("InternalServerException", "not now", 500);
      return proceed();
    };
    const wanted = [statement("a", "permit", department("finance")), statement("b", "permit", department("sales"))];

    await run(wanted);

    const texts = wanted.map(({ text }) => text).sort();
    for (const operation of ["CreatePolicy", "UpdatePolicy"]) {
      const inputs = sent.filter((one) => one.operation === operation).map(({ input }) => input);
      expect(inputs.map(({ validationMode }) => validationMode)).toEqual(inputs.map(() => "FAIL_ON_ANY_FINDINGS"));
      const definitions = inputs.map(
        ({ definition }) => (definition as { cedar?: { statement?: string } })?.cedar?.statement,
      );
      expect([...new Set(definitions)].sort()).toEqual(texts);
    }
    const creations = sent.filter(({ operation }) => operation === "CreatePolicy");
    expect(creations).toHaveLength(3);
    expect(new Set(creations.map(({ input }) => input.clientToken)).size).toBe(2);
  });

  test.each(["unmanaged", "retired"])(
    "counts %s statements when it looks whether a set fits the engine",
    async (kind) => {
      const text = statement("x", "permit", department("x")).text;
      const name = (index: number) =>
        kind === "retired" ? `${NAME}_old_${index.toString(16).padStart(8, "0")}` : `theirs_${index}`;
      const policies = Array.from({ length: 1_000 }, (_, index) => ({
        policyId: `p-${index}`,
        name: name(index),
        status: "ACTIVE",
        definition: { cedar: { statement: text } },
      }));
      aws.intercept = async ({ operation }, proceed) => (operation === "ListPolicies" ? { policies } : proceed());

      await expect(run([statement("new", "permit", department("finance"))])).rejects.toThrow(
        /1001 policies, at most 1000/,
      );
    },
  );

  test("sees policies behind the first page of a hundred", async () => {
    const set = Array.from({ length: 101 }, (_, index) => statement(`p${index}`, "permit", department(`d${index}`)));
    const first = await run(set);
    const start = sequence();

    expect(await run(set)).toEqual(first);
    expect(mutations(start)).toEqual([]);
  });
  describe("a policy that cannot be read", () => {
    const unreadable = (name: string) => {
      let isGone = false;
      aws.intercept = async ({ operation, input }, proceed) => {
        if (operation === "DeletePolicy" && (input as { policyId?: string }).policyId === "unread-0123456789")
          isGone = true;
        const answer = (await proceed()) as { policies?: object[] };
        if (operation !== "ListPolicies" || isGone) return answer;
        const policy = { policyId: "unread-0123456789", name, status: "ACTIVE", definition: {}, updatedAt: new Date() };
        return { ...answer, policies: [...(answer.policies ?? []), policy] };
      };
    };

    test("may forbid: a new permit waits for it", async () => {
      unreadable("theirs");
      await run([statement("finance", "permit", department("finance"))], 300);
      expect(lines).toContainEqual(expect.stringMatching(/^waiting until what was changed a moment ago.*: theirs/));
    });

    test("may forbid: it goes last", async () => {
      unreadable(`${NAME}_old_01234567`);
      await run([statement("finance", "permit", department("finance"))]);
      expect(lines).toContainEqual(expect.stringMatching(/^5\/5: deleting old forbids: demo_old_01234567/));
    });
  });

  test("refuses a set that does not fit the engine beside the old one, before it changes anything", async () => {
    const start = sequence();
    const many = Array.from({ length: 1_001 }, (_, index) => statement(`p${index}`, "permit", department(`d${index}`)));

    await expect(run(many)).rejects.toThrow(/1001 policies, at most 1000/);
    expect(mutations(start)).toEqual([]);
  });
});

describe("at every instant of a rollout", () => {
  const departments = ["finance", "sales", "guest", "nobody"];
  const schema = schemaFor([
    {
      name: "sample-tool-target",
      tools: [
        {
          name: "read",
          description: "",
          inputSchema: { type: "object", properties: { text: { type: "string" } }, required: ["text"] },
        },
      ],
    },
  ]);
  const decide = (texts: readonly string[], tag: string) =>
    new Authorizer(texts.map((text, index) => ({ id: `p${index}`, text }))).decide({
      principal: { id: "client", tags: { department: tag } },
      action: "sample-tool-target___read",
      gatewayArn: gateway.gatewayArn ?? "",
      input: { text: "x" },
      schema,
    }).decision;

  test("what both sets allow is allowed, and what both deny is denied", async () => {
    const before = [
      statement("a", "permit", department("finance")),
      statement("b", "permit", department("sales")),
      statement("c", "forbid", department("guest")),
    ];
    const after = [
      statement("a", "permit", `${department("finance")} || ${department("guest")}`),
      statement("d", "forbid", department("guest")),
      statement("e", "forbid", department("sales")),
    ];
    await run(before);
    const textOf = new Map(
      [...before, ...after].map((wanted) => [policyName(NAME, wanted.stem, wanted.text), wanted.text]),
    );
    const inEffect = new Map((await live()).map(({ id, text }) => [id, text ?? ""]));
    const instants: string[][] = [];
    const stop = aws.events.subscribe((event) => {
      if (event.kind !== "change" || event.type !== "policy") return;
      if (event.state === "deleted") inEffect.delete(event.id);
      else if (event.state.effective && event.state.enforcementMode === "ACTIVE") {
        inEffect.set(event.id, textOf.get(String(event.state.name)) ?? "");
      }
      instants.push([...inEffect.values()]);
    });

    await run(after);
    stop();

    expect(instants.length).toBeGreaterThan(3);
    for (const tag of departments) {
      const [was, will] = [before, after].map((set) =>
        decide(
          set.map(({ text }) => text),
          tag,
        ),
      );
      if (was !== will) continue;
      for (const instant of instants) expect({ tag, decision: decide(instant, tag) }).toEqual({ tag, decision: was });
    }
  });
});
