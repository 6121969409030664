import crypto from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Policy } from "@aws-sdk/client-bedrock-agentcore-control";
import type { Context } from "../../../provisioners/context";
import { LifecycleError } from "../../../provisioners/failure";
import type { WantedStatement } from "../../../provisioners/rollout/wanted";
import { ControlPlane } from "../../support/control-plane";
import { NAME, byHand, createGateway, createRole, createTarget } from "../../support/gateway";
import { seeded } from "../../support/seeded";
import { inVirtualTime } from "../../support/virtual-time";
import type { Choice, Crash, Edit } from "./chain";
import { Judge } from "./judge";
import { BundleProcess, Killed, type Product } from "./process";
import { TOOLS, textOf, type Request, type Rule } from "./rules";

/** From a policy's final status to its effect, milliseconds: half of this to one and a half times this. */
const EFFECT = 2_000;
/** What the rollout takes for the longest time of that. */
const PROPAGATION = 1.5 * EFFECT;
/** From a request to its final status, milliseconds. */
const TRANSITION = 800;
/** The same in an uneven chain: one or the other, by change. The slow one is longer than effects take. */
const QUICK = 100;
const SLOW = 2 * PROPAGATION;

/** Does `work` in a time of its own, by chance that `seed` decides. */
export async function inRandomTime<T>(seed: number, work: () => Promise<T>): Promise<T> {
  const random = jest.spyOn(Math, "random").mockImplementation(seeded(seed));
  // The same ids in every world: the same statements come again, and what was found out about them.
  let ids = 0;
  const randomInt = jest.spyOn(crypto, "randomInt").mockImplementation((max: number) => digit(ids++, max));
  try {
    return await inVirtualTime(work);
  } finally {
    random.mockRestore();
    randomInt.mockRestore();
  }
}

/** Ten of them in a row are never the same ten. */
const digit = (count: number, base: number) => Math.floor(count / 10 / base ** (count % 10)) % base;

/** What an engine stands in, whatever happens to it. */
export interface Setting {
  /** Two versions of each statement, by its file stem. */
  readonly files: readonly (readonly [Rule, Rule])[];
  /** Those that are decided whenever something changed. */
  readonly requests: readonly Request[];
  /** Whether some changes take AWS long, and others not. */
  readonly uneven: boolean;
}

/** One engine behind a gateway with tools, and a judge of all that it decides. */
export class World {
  private readonly judge: Judge;
  private added = 0;

  private constructor(
    private readonly product: Product,
    private readonly context: Context,
    private readonly plane: ControlPlane,
    private readonly engineId: string,
    private readonly gatewayArn: string,
    private readonly setting: Setting,
  ) {
    this.judge = new Judge(plane, engineId, gatewayArn, setting.requests);
  }

  static async create(product: Product, context: Context, setting: Setting): Promise<World> {
    const transition = {
      ...{ gateway: 0, gatewayTarget: 0, policyEngine: 0 },
      get policy() {
        return !setting.uneven ? TRANSITION : Math.random() < 0.5 ? QUICK : SLOW;
      },
    };
    const plane = new ControlPlane({
      request: 0,
      transition,
      policyEffect: EFFECT,
      iamPropagation: 0,
      emptyEngine: 0,
    });
    const { policyEngineId } = await byHand<{ policyEngineId: string }>(plane, "CreatePolicyEngine", { name: NAME });
    const gateway = await createGateway(plane, await createRole(plane));
    await createTarget(plane, gateway.gatewayId ?? "", TOOLS);
    return new World(product, context, plane, policyEngineId, gateway.gatewayArn ?? "", setting);
  }

  /** Decisions that differed from what all policy sets at that time agree on. */
  get violations(): readonly string[] {
    return this.judge.violations;
  }

  statements(choice: Choice): WantedStatement[] {
    return this.setting.files.flatMap((versions, index) => {
      const version = choice[index] ?? null;
      if (version === null) return [];
      const rule = versions[version];
      return [{ stem: `file${index}`, effect: rule.effect, text: textOf(rule, this.gatewayArn) }];
    });
  }

  /** From now on these policy sets count too, together with what others made and nobody replaces. */
  async expect(sets: readonly (readonly WantedStatement[])[], replaces = false): Promise<void> {
    const staying = replaces ? [] : (await this.policies()).filter((policy) => isForeign(policy) && isDeciding(policy));
    for (const set of sets) this.judge.expect([...set.map(({ text }) => text), ...staying.map(statementOf)]);
  }

  /** One rollout, killed where `crash` says so. Returns why it failed, if it did. */
  async run(
    wanted: readonly WantedStatement[],
    { crash, replaces }: { readonly crash: Crash | null; readonly replaces: boolean },
  ): Promise<string | undefined> {
    const replaced = replaces ? (await this.policies()).filter(isForeign).map(({ name = "" }) => name) : [];
    const process = new BundleProcess(this.context, this.plane, crash);
    const rollout = {
      engineId: this.engineId,
      prefix: NAME,
      replaced,
      validationMode: "IGNORE_ALL_FINDINGS",
      propagation: PROPAGATION,
    } as const;
    try {
      await Promise.race([this.product.rollOut(process.context, rollout, wanted), process.killed]);
      return undefined;
    } catch (error) {
      if (error instanceof Killed) return undefined;
      // A mutant's class is loaded afresh.
      if (!(error instanceof Error) || error.name !== LifecycleError.name) throw error;
      return error.message;
    }
  }

  /** Until everything is in effect: from here on only what is now live counts. */
  async settle(): Promise<void> {
    await sleep(SLOW + PROPAGATION + 1_000);
    this.judge.restart();
  }

  async edit(edit: Edit): Promise<void> {
    await this.perform(edit);
    this.judge.expect((await this.policies()).filter(isDeciding).map(statementOf));
  }

  private async perform(edit: Edit): Promise<void> {
    const { engineId: policyEngineId } = this;
    if (edit.kind === "add" || edit.kind === "copy") {
      const rule = edit.kind === "add" ? edit.rule : this.setting.files[edit.file]?.[0];
      const statement = rule && textOf(rule, this.gatewayArn);
      const name = `by_hand_${++this.added}`;
      const request = { policyEngineId, name, definition: { cedar: { statement } }, ...UNCHECKED };
      await byHand(this.plane, "CreatePolicy", request);
      return;
    }
    const policies = await this.policies();
    const policyId = policies[edit.nth % policies.length]?.policyId;
    if (policyId === undefined) return;
    const key = { policyEngineId, policyId };
    if (edit.kind === "delete") return void (await byHand(this.plane, "DeletePolicy", key));
    const change =
      edit.kind === "mute"
        ? { enforcementMode: "LOG_ONLY" }
        : { definition: { cedar: { statement: textOf(edit.rule, this.gatewayArn) } } };
    await byHand(this.plane, "UpdatePolicy", { ...key, ...change, ...UNCHECKED });
  }

  private async policies(): Promise<Policy[]> {
    const request = { policyEngineId: this.engineId, maxResults: 100 };
    return (await byHand<{ policies: Policy[] }>(this.plane, "ListPolicies", request)).policies;
  }

  /** What is left or missing when everything has come to its end. */
  remains(wanted: readonly WantedStatement[], replaces = false): string[] {
    const deciding = this.plane.deciding(this.engineId).filter(({ name }) => replaces || !isForeign({ name }));
    const left = deciding.map(({ name, text }) => `${isForeign({ name }) ? name : ""}${text}`).sort();
    const due = wanted.map(({ text }) => text).sort();
    return left.join("\n") === due.join("\n") ? [] : [`at the end: ${left.join(" ")}, but wanted: ${due.join(" ")}`];
  }
}

const UNCHECKED = { validationMode: "IGNORE_ALL_FINDINGS" } as const;

const statementOf = ({ definition }: Policy): string => definition?.cedar?.statement ?? "";
const isForeign = ({ name = "" }: Pick<Policy, "name">) => !name.startsWith(`${NAME}_`);
/** Decides, or will: what is under way is where it goes. */
const isDeciding = ({ status, enforcementMode = "ACTIVE" }: Policy) =>
  enforcementMode === "ACTIVE" && status !== "DELETING" && status !== "CREATE_FAILED";
