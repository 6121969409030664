import { compare } from "../../../operations/compare";
import { loadDeployment, type Deployment } from "../../../operations/deployment";
import type { Finding } from "../../../operations/finding";
import { repair } from "../../../operations/repair";
import { takeSnapshot } from "../../../operations/snapshot";
import type { Context } from "../../../provisioners/context";
import { byHand, contextFor } from "../../support/gateway";
import { inventoryOf } from "../../support/inventory";
import { openMoments } from "../../support/openness";
import { Project, mustSucceed } from "../../support/project";

export const STACKS = ["identity", "gateway"] as const;
export type Stack = (typeof STACKS)[number];

/** A project, its offline account, and what to ask about both. */
export class Account {
  private constructor(
    readonly project: Project,
    private readonly context: Context,
    readonly deployment: Deployment,
  ) {}

  /** Synthesised and initialised; nothing is applied. */
  static async create(): Promise<Account> {
    const project = await Project.create();
    await mustSucceed(project.synth());
    for (const stack of STACKS) await mustSucceed(project.terraform(stack, "init", "-input=false"));
    const { settings, ...rest } = loadDeployment();
    const policyEngine = { ...settings.policyEngine, propagationSeconds: 0 };
    const { context } = contextFor(project.aws);
    return new Account(project, context, { ...rest, settings: { ...settings, policyEngine } });
  }

  close(): Promise<void> {
    return this.project.close();
  }

  /** The addresses of what the stack manages, from its state: it must be applied. */
  async addresses(stack: Stack): Promise<string[]> {
    const list = await mustSucceed(this.project.terraform(stack, "state", "list"));
    return list.split("\n").filter((address) => address !== "" && !address.startsWith("data."));
  }

  /** What `npm run policy -- status` finds. */
  async status(): Promise<Finding[]> {
    return compare(this.deployment, await takeSnapshot(this.context, this.deployment.names));
  }

  /** What `npm run policy -- repair` does. */
  async repair(...deleteUnmanaged: string[]): Promise<void> {
    const snapshot = await takeSnapshot(this.context, this.deployment.names);
    await repair(this.context, this.deployment, snapshot, deleteUnmanaged);
  }

  /** Everything that is not as it must be once the stack is applied, in words. */
  async problems(stack: Stack): Promise<string[]> {
    const planned = await this.project.plan(stack);
    const findings = stack === "gateway" ? await this.status() : [];
    const { policyEngines } = await byHand<{ policyEngines: object[] }>(this.project.aws, "ListPolicyEngines", {});
    return [
      ...planned.map(({ address, change }) => `the plan would ${change.actions.join(" and ")} ${address}`),
      ...findings.map(({ resource, what }) => `status finds that ${resource} ${what}`),
      ...(policyEngines.length > 1 ? [`there are ${policyEngines.length} policy engines`] : []),
      ...this.openMoments(),
    ];
  }

  /** From the account's beginning. */
  openMoments(): string[] {
    return openMoments(this.project.aws.events.all());
  }

  /** Every resource that exists, as `type id`. */
  inventory(): Set<string> {
    return inventoryOf(this.project.aws.events.changes());
  }
}
