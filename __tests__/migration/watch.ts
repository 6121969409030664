import type { ApiCall } from "../../local/offline-aws";
import type { Agent } from "../support/agent";

/** What became of a call: the tool answered, the policy refused it, or it failed on its way to the tool. */
export type Outcome = "allowed" | "denied" | "failed";

const READS = /^(Get|List|Describe|BatchGet|AssumeRole)/;

/** Asks a tool for each of some users after every change that is made in the account. */
export class Watch {
  changes = 0;
  private readonly outcomes: { readonly user: string; readonly outcome: Outcome; readonly after?: string }[] = [];

  constructor(private readonly agents: Readonly<Record<string, Agent>>) {}

  /** For `OfflineAws.intercept`. */
  readonly intercept = async ({ operation }: ApiCall, proceed: () => Promise<object>): Promise<object> => {
    const answer = await proceed();
    if (READS.test(operation)) return answer;
    this.changes += 1;
    await this.look(operation);
    return answer;
  };

  /** @param after the change that was just made */
  async look(after?: string): Promise<Record<string, Outcome>> {
    const found: Record<string, Outcome> = {};
    for (const [user, agent] of Object.entries(this.agents)) found[user] = await outcomeOf(agent);
    this.outcomes.push(...Object.entries(found).map(([user, outcome]) => ({ user, outcome, after })));
    return found;
  }

  /** The changes after which this user met this outcome, in order. */
  after(user: string, outcome: Outcome): string[] {
    return this.outcomes.flatMap((one) => (one.user === user && one.outcome === outcome ? [one.after ?? ""] : []));
  }
}

async function outcomeOf(agent: Agent): Promise<Outcome> {
  const { allowed, text } = await agent.call();
  if (allowed) return "allowed";
  return text.includes("policy enforcement") ? "denied" : "failed";
}
