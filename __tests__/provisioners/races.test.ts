import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { GetGatewayCommandOutput } from "@aws-sdk/client-bedrock-agentcore-control";
import { OfflineAws, type ApiCall, type Intercept } from "../../local/offline-aws";
import { ensureAttachment } from "../../provisioners/attachment";
import type { Engine } from "../../provisioners/aws/engines";
import { listPolicies } from "../../provisioners/aws/policies";
import type { Context } from "../../provisioners/context";
import { destroyEngine, ensureEngine } from "../../provisioners/engine";
import { LifecycleError } from "../../provisioners/failure";
import { rollOut } from "../../provisioners/rollout/run";
import { runVerbWith } from "../../provisioners/verbs";
import type { WantedStatement } from "../../provisioners/rollout/wanted";
import {
  AUTHORIZER,
  NAME,
  attachmentParameters,
  byHand,
  contextFor,
  createGateway,
  createRole,
  createTarget,
  deployByScripts,
  engineParameters,
  settledGateway,
  until,
} from "../support/gateway";
import { openMoments } from "../support/openness";

let aws: OfflineAws;
let context: Context;
let output: string[];
let engine: Engine;
let gateway: GetGatewayCommandOutput;

beforeEach(async () => {
  aws = await OfflineAws.start();
  ({ context, lines: output } = contextFor(aws));
  ({ engine, gateway } = await deployByScripts(aws, context));
});
afterEach(() => aws.close());

const scope = (gatewayArn = gateway.gatewayArn) =>
  `principal is AgentCore::OAuthUser, action == AgentCore::Action::"sample-tool-target___read", resource == AgentCore::Gateway::"${gatewayArn}"`;
const condition = (name: string) => `principal.hasTag("department") && principal.getTag("department") == "${name}"`;
const textOf = (effect: "permit" | "forbid", name: string, gatewayArn?: string) =>
  `${effect}(${scope(gatewayArn)}) when { ${condition(name)} };`;
const permit = (name: string, gatewayArn?: string): WantedStatement => ({
  stem: `permit_${name}`,
  effect: "permit",
  text: textOf("permit", name, gatewayArn),
});
const forbid = (name: string): WantedStatement => ({
  stem: `forbid_${name}`,
  effect: "forbid",
  text: textOf("forbid", name),
});

const rollOutTo = (wanted: readonly WantedStatement[], { engineId = engine.id, prefix = NAME, propagation = 0 } = {}) =>
  rollOut(context, { engineId, prefix, validationMode: "IGNORE_ALL_FINDINGS", propagation }, wanted);

const live = async (engineId = engine.id) =>
  (await listPolicies(context, engineId))
    .filter(({ status, enforcementMode }) => status === "ACTIVE" && enforcementMode === "ACTIVE")
    .map(({ text }) => text)
    .sort();
const textsOf = (wanted: readonly WantedStatement[]) => wanted.map(({ text }) => text).sort();

/** Does something by hand, once, when the scripts come to such a request: before AWS carries it out. */
function meanwhile(isMoment: (call: ApiCall) => boolean, act: () => Promise<unknown>): { readonly wasThere: boolean } {
  let wasThere = false;
  const intercept: Intercept = async (call, proceed) => {
    if (!wasThere && isMoment(call)) {
      wasThere = true;
      await act();
    }
    return proceed();
  };
  aws.intercept = intercept;
  return {
    get wasThere() {
      return wasThere;
    },
  };
}

const at = (operation: string) => (call: ApiCall) => call.operation === operation && call.caller.via === "sdk";

describe("two rollouts at once", () => {
  const OLD = () => [permit("finance"), permit("sales"), forbid("guest")];

  test.each([
    ["the same set", () => [permit("finance"), permit("support"), forbid("interns")]],
    ["another set", () => [permit("finance"), permit("legal"), forbid("robots")]],
  ])(
    "to %s: the one that began first comes through, and the other one gives way and leaves nothing",
    async (_, other) => {
      const first = [permit("finance"), permit("support"), forbid("interns")];
      const second = other();
      await rollOutTo(OLD());

      const outcomes = await Promise.allSettled([rollOutTo(first), rollOutTo(second)]);

      const through = [first, second].filter((_, index) => outcomes[index]?.status === "fulfilled");
      const failures = outcomes.flatMap((outcome) =>
        outcome.status === "rejected" ? [outcome.reason as unknown] : [],
      );
      expect(failures).toEqual([expect.any(LifecycleError)]);
      expect(failures[0]).toMatchObject({
        message: expect.stringMatching(
          /began before this one, so this one gave way[^]*next: .*deploy` again/,
        ) as string,
      });
      expect(through.map(textsOf)).toEqual([await live()]);
      expect(await listPolicies(context, engine.id)).toHaveLength(first.length);

      await rollOutTo(second);
      expect(await live()).toEqual(textsOf(second));
    },
  );

  test("of two that only delete, each what the other one keeps, one comes through and the other one deletes nothing", async () => {
    const [finance, sales, guest] = [permit("finance"), permit("sales"), permit("guest")];
    await rollOutTo([finance, sales, guest]);

    const outcomes = await Promise.allSettled([rollOutTo([finance, sales]), rollOutTo([finance, guest])]);

    const through = outcomes.map(({ status }) => status === "fulfilled");
    expect(through.filter(Boolean)).toHaveLength(1);
    expect(await live()).toEqual(textsOf(through[0] ? [finance, sales] : [finance, guest]));
    expect(await listPolicies(context, engine.id)).toHaveLength(2);
  });

  test("one that begins while another has statements staged waits for it", async () => {
    const propagation = 1_000;
    const first = [permit("finance"), permit("support"), permit("legal"), forbid("interns")];
    const second = [permit("finance"), permit("legal"), forbid("robots")];
    await rollOutTo(OLD());

    const earlier = rollOutTo(first, { propagation });
    await until(async () =>
      (await listPolicies(context, engine.id)).some((policy) => policy.enforcementMode === "LOG_ONLY"),
    );
    const lines = output.length;
    const later = rollOutTo(second, { propagation });

    await Promise.all([earlier, later]);
    expect(output.slice(lines).join("\n")).toContain("waiting: another rollout is under way");
    expect(await live()).toEqual(textsOf(second));
  });

  test("one whose sign another takes for a killed run's stops at its next look", async () => {
    await rollOutTo(OLD());
    const moment = meanwhile(at("UpdatePolicy"), async () => {
      const sign = (await listPolicies(context, engine.id)).find(({ name }) => name.startsWith(`${NAME}__`));
      await byHand(aws, "DeletePolicy", { policyEngineId: engine.id, policyId: sign?.id });
    });

    await expect(rollOutTo([permit("finance"), permit("support"), permit("legal")])).rejects.toThrow(
      /no old statement was deleted[^]*demo__[0-9a-f]{8}/,
    );

    expect(moment.wasThere).toBe(true);
    expect(await live()).toEqual(expect.arrayContaining(textsOf(OLD())));
  });

  test("one that has nothing to wait by, and begins in the middle of another, is not undercut by it", async () => {
    const wider = [permit("finance"), forbid("guest"), permit("guest")];
    await rollOutTo([permit("finance"), forbid("guest"), permit("sales")]);

    const narrower = rollOutTo([permit("finance")], { propagation: 3_000 }).catch((error: unknown) => error);
    await until(async () => !(await live()).includes(permit("sales").text));
    await rollOutTo(wider, { propagation: 0 });

    expect(await narrower).toMatchObject({ message: expect.stringContaining("no old forbid was deleted") as string });
    expect(await live()).toEqual(textsOf(wider));
  });
});

describe("a rollout while somebody edits by hand", () => {
  const OLD = () => [permit("finance"), forbid("guest"), permit("sales")];
  const NEW = () => [permit("finance"), permit("support"), permit("legal"), forbid("interns")];

  const idOf = async (text: string) =>
    (await listPolicies(context, engine.id)).find((policy) => policy.text === text)?.id ?? "";
  const edit = async (text: string, by: string) => {
    const key = { policyEngineId: engine.id, policyId: await idOf(text) };
    await byHand(aws, "UpdatePolicy", { ...key, definition: { cedar: { statement: by } } });
  };
  const remove = async (text: string) => {
    await byHand(aws, "DeletePolicy", { policyEngineId: engine.id, policyId: await idOf(text) });
  };
  const add = async (name: string, statement: string) => {
    await byHand(aws, "CreatePolicy", { policyEngineId: engine.id, name, definition: { cedar: { statement } } });
  };

  const moments: [string, (call: ApiCall) => boolean][] = [
    ["it stages", at("CreatePolicy")],
    ["it activates", at("UpdatePolicy")],
    ["it deletes", at("DeletePolicy")],
  ];
  const edits: [string, () => Promise<void>][] = [
    ["changes a statement that stays", () => edit(permit("finance").text, textOf("permit", "everybody"))],
    ["deletes a statement that stays", () => remove(permit("finance").text)],
    ["changes a statement that goes", () => edit(permit("sales").text, textOf("permit", "everybody"))],
    ["deletes a statement that goes", () => remove(permit("sales").text)],
    ["adds a statement", () => add("by_hand", textOf("permit", "console"))],
  ];
  const cases = moments.flatMap(([when, isMoment]) => edits.map(([what, act]) => ({ when, isMoment, what, act })));

  test.each(cases)(
    "$what, when $when: it ends as wanted or says so, and the next run mends it",
    async ({ isMoment, act }) => {
      await rollOutTo(OLD());
      const moment = meanwhile(isMoment, act);
      const own = await listPolicies(context, engine.id);

      const failure = await rollOutTo(NEW()).then(
        () => undefined,
        (error: unknown) => error,
      );
      aws.intercept = undefined;
      await settledEngine();

      expect(moment.wasThere).toBe(true);
      const byOthers = (await listPolicies(context, engine.id)).filter(({ name }) => name === "by_hand");
      if (failure === undefined) expect(await live()).toEqual([...textsOf(NEW()), ...textsIn(byOthers)].sort());
      else expect(failure).toBeInstanceOf(LifecycleError);

      await rollOutTo(NEW());
      expect(await live()).toEqual([...textsOf(NEW()), ...textsIn(byOthers)].sort());
      expect(own.length).toBe(3);
    },
  );

  const textsIn = (policies: Awaited<ReturnType<typeof listPolicies>>) => policies.map(({ text }) => text);
  const settledEngine = () =>
    until(async () => (await listPolicies(context, engine.id)).every(({ status }) => !status.endsWith("ING")));

  test("what is seen before the first deletion leaves every old statement where it is", async () => {
    await rollOutTo(OLD());
    meanwhile(at("UpdatePolicy"), () => edit(permit("finance").text, textOf("permit", "everybody")));

    await expect(rollOutTo([permit("finance"), permit("support"), permit("legal")])).rejects.toThrow(
      /no old statement was deleted/,
    );

    await settledEngine();
    expect(await live()).toEqual(expect.arrayContaining([permit("sales").text, forbid("guest").text]));
  });

  test.each(moments)("a policy that somebody adds when %s is never deleted", async (_, isMoment) => {
    await rollOutTo(OLD());
    const moment = meanwhile(isMoment, () => add("by_hand", textOf("permit", "console")));

    await rollOutTo(NEW());

    expect(moment.wasThere).toBe(true);
    expect(await live()).toContain(textOf("permit", "console"));
  });
});

describe("an attachment while somebody else writes the gateway", () => {
  const gatewayId = () => gateway.gatewayId ?? "";
  /** What the console writes: the whole gateway, the engine included, with another description. */
  const write = async (members: object) => {
    const now = await settledGateway(aws, gatewayId());
    const { name, roleArn, protocolType, authorizerType, authorizerConfiguration, policyEngineConfiguration } = now;
    await byHand(aws, "UpdateGateway", {
      gatewayIdentifier: gatewayId(),
      ...{ name, roleArn, protocolType, authorizerType, authorizerConfiguration, policyEngineConfiguration },
      ...members,
    });
  };
  const OPENED = {
    authorizerConfiguration: {
      customJWTAuthorizer: { ...AUTHORIZER.customJWTAuthorizer, allowedClients: ["anybody"] },
    },
  };

  test("loses nothing of what the other one wrote before", async () => {
    await write(OPENED);
    await settledGateway(aws, gatewayId());
    const moment = meanwhile(at("UpdateGateway"), () => write({ description: "written in the console" }));

    await ensureAttachment(context, attachmentParameters(gateway));

    expect(moment.wasThere).toBe(true);
    expect(await settledGateway(aws, gatewayId())).toMatchObject({
      description: "written in the console",
      authorizerConfiguration: AUTHORIZER,
      policyEngineConfiguration: { arn: engine.arn, mode: "ENFORCE" },
    });
  });

  test("attaches again what the other one detached meanwhile, or fails", async () => {
    await write(OPENED);
    await settledGateway(aws, gatewayId());
    const moment = meanwhile(at("UpdateGateway"), () => write({ policyEngineConfiguration: undefined }));

    await ensureAttachment(context, attachmentParameters(gateway));

    expect(moment.wasThere).toBe(true);
    expect(await settledGateway(aws, gatewayId())).toMatchObject({
      authorizerConfiguration: AUTHORIZER,
      policyEngineConfiguration: { arn: engine.arn, mode: "ENFORCE" },
    });
  });

  test("two attachments at once leave the gateway guarded", async () => {
    await write(OPENED);
    await settledGateway(aws, gatewayId());

    const parameters = attachmentParameters(gateway);
    await Promise.all([ensureAttachment(context, parameters), ensureAttachment(context, parameters)]);

    expect(await settledGateway(aws, gatewayId())).toMatchObject({
      authorizerConfiguration: AUTHORIZER,
      policyEngineConfiguration: { arn: engine.arn, mode: "ENFORCE" },
    });
    expect(openMoments(aws.events.all())).toEqual([]);
  });
});

test("a rollout attaches again what somebody detached meanwhile", async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "statements-"));
  writeFileSync(path.join(folder, "finance.cedar"), permit("finance").text);
  const { GATEWAY, OWNERSHIP_TAGS, ...parameters } = attachmentParameters(gateway);
  const {
    gatewayId: gatewayIdentifier,
    name,
    roleArn,
    protocolType,
    authorizerType,
    authorizerConfiguration,
  } = gateway;
  const detached = { gatewayIdentifier, name, roleArn, protocolType, authorizerType, authorizerConfiguration };
  const moment = meanwhile(at("CreatePolicy"), () => byHand(aws, "UpdateGateway", detached));

  await runVerbWith(context, "policies rollout", {
    ...parameters,
    GATEWAY: JSON.stringify(GATEWAY),
    OWNERSHIP_TAGS: JSON.stringify(OWNERSHIP_TAGS),
    TAKE_OVER: "false",
    PUBLISH_PREFIX: `/${NAME}/policy`,
    POLICY_NAME_PREFIX: NAME,
    REPLACE_POLICIES: "[]",
    GATEWAY_ARN: gateway.gatewayArn,
    STATEMENTS: folder,
    VALIDATION_MODE: "FAIL_ON_ANY_FINDINGS",
    PROPAGATION_SECONDS: "0",
  });

  expect(moment.wasThere).toBe(true);
  expect(await settledGateway(aws, gatewayIdentifier ?? "")).toMatchObject({
    policyEngineConfiguration: { arn: engine.arn, mode: "ENFORCE" },
  });
});

describe("a destroy of the engine", () => {
  const destroy = () => destroyEngine(context, engineParameters);

  test("while it is attached elsewhere changes nothing", async () => {
    const set = [permit("finance"), forbid("guest")];
    await rollOutTo(set);
    const before = await live();

    await expect(destroy()).rejects.toThrow(/a gateway uses the engine/);

    expect(await live()).toEqual(before);
  });

  test("while somebody attaches it in that moment deletes no engine, and says who uses it", async () => {
    const lone = await ensureEngine(context, { ...engineParameters, ENGINE_NAME: "lone_engine" });
    const other = await createGateway(aws, gateway.roleArn ?? "", { name: "other-gateway" });
    const attach = async () => {
      await byHand(aws, "UpdateGateway", {
        gatewayIdentifier: other.gatewayId,
        name: other.name,
        roleArn: other.roleArn,
        protocolType: other.protocolType,
        authorizerType: other.authorizerType,
        authorizerConfiguration: other.authorizerConfiguration,
        policyEngineConfiguration: { arn: lone.arn, mode: "ENFORCE" },
      });
      await settledGateway(aws, other.gatewayId ?? "");
    };
    const moment = meanwhile(at("DeletePolicyEngine"), attach);

    await expect(destroyEngine(context, { ...engineParameters, ENGINE_NAME: "lone_engine" })).rejects.toThrow(
      new RegExp(`a gateway uses the engine.*${other.gatewayId}`, "s"),
    );

    expect(moment.wasThere).toBe(true);
    expect(await settledGateway(aws, other.gatewayId ?? "")).toMatchObject({
      policyEngineConfiguration: { arn: lone.arn, mode: "ENFORCE" },
    });
    expect(openMoments(aws.events.all())).toEqual([]);
  });
});

describe("two deployments in one account, one's name the beginning of the other's", () => {
  const LONG = `${NAME}_team`;
  const longParameters = {
    ...engineParameters,
    ENGINE_NAME: `${LONG}_policy_engine`,
    OWNERSHIP_TAGS: { Project: LONG, Deployment: "test" },
    PUBLISH_PREFIX: `/${LONG}/policy`,
    POLICY_NAME_PREFIX: LONG,
  };

  async function second() {
    const other = await ensureEngine(context, longParameters);
    const otherGateway = await createGateway(aws, gateway.roleArn ?? (await createRole(aws)), {
      name: "other-gateway",
    });
    await createTarget(aws, otherGateway.gatewayId ?? "", ["read", "write"]);
    const arn = otherGateway.gatewayArn;
    return { other, set: [permit("finance", arn), permit("sales", arn)] };
  }

  test("roll out at once without touching each other", async () => {
    const { other, set } = await second();
    await rollOutTo([permit("finance")]);

    await Promise.all([
      rollOutTo([permit("support"), forbid("guest")]),
      rollOutTo(set, { engineId: other.id, prefix: LONG }),
    ]);

    expect(await live()).toEqual(textsOf([permit("support"), forbid("guest")]));
    expect(await live(other.id)).toEqual(textsOf(set));
  });

  test("one's destroy leaves the other's engine, policies and parameters", async () => {
    const { other, set } = await second();
    await rollOutTo([permit("finance")]);
    await rollOutTo(set, { engineId: other.id, prefix: LONG });

    await destroyEngine(context, longParameters);

    expect(await live()).toEqual(textsOf([permit("finance")]));
    const names = await byHand<{ policyEngines: { name: string }[] }>(aws, "ListPolicyEngines", {});
    expect(names.policyEngines.map(({ name }) => name)).toEqual([engineParameters.ENGINE_NAME]);
    const path = { Path: `/${NAME}/policy` };
    const caller = { arn: "test", via: "sdk" } as const;
    const { Parameters } = await aws.call<{ Parameters: object[] }>("ssm", "GetParametersByPath", path, caller);
    expect(Parameters).toHaveLength(1);
  });
});
