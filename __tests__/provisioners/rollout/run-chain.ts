import { setTimeout as sleep } from "node:timers/promises";
import type { Context } from "../../../provisioners/context";
import { SOONEST, choicesOf, type Chain, type Run } from "./chain";
import type { Product } from "./process";
import { World, inRandomTime } from "./world";

/**
 * Carries a chain out in a time of its own and returns what was wrong: decisions that differ from what all policy
 * sets at that time agree on, rollouts that failed, and what is not as wanted at the end.
 */
export async function violationsOf(chain: Chain, product: Product, context: Context): Promise<string[]> {
  return inRandomTime(chain.seed, async () => new Course(await World.create(product, context, chain), chain).live());
}

class Course {
  private readonly failures: string[] = [];

  constructor(
    private readonly world: World,
    private readonly chain: Chain,
  ) {}

  async live(): Promise<string[]> {
    const { world } = this;
    const { foreign, first, runs } = this.chain;
    for (const rule of foreign) await world.edit({ kind: "add", rule });
    await world.settle();
    const choices = choicesOf(this.chain);
    const last = world.statements(choices.at(-1) ?? first);
    await this.run(world.statements(first), { crash: null, replaces: false });
    await world.settle();
    for (const [index, { before, ...run }] of runs.entries()) {
      await this.between(before);
      await this.run(world.statements(choices[index] ?? first), run);
    }
    await sleep(SOONEST);
    const { replaces } = runs.at(-1) ?? { replaces: false };
    await this.run(last, { crash: null, replaces });
    await world.settle();
    return [...world.violations, ...this.failures, ...world.remains(last, replaces)];
  }

  private async run(wanted: ReturnType<World["statements"]>, how: Pick<Run, "crash" | "replaces">): Promise<void> {
    await this.world.expect([wanted], how.replaces);
    // Nobody stands in this run's way, so it has no reason to fail.
    const failure = await this.world.run(wanted, how);
    if (failure !== undefined) this.failures.push(failure);
  }

  private async between({ edits, pause }: Run["before"]): Promise<void> {
    for (const edit of edits) {
      await this.world.settle();
      await this.world.edit(edit);
    }
    await sleep(pause);
  }
}
