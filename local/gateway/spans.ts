/** A trace span of a policy decision, with the attribute names that AgentCore documents. */
export interface Span {
  readonly name: "AgentCore.Policy.AuthorizeAction" | "AgentCore.Policy.PartiallyAuthorizeActions";
  readonly time: Date;
  readonly attributes: Readonly<Record<string, string | readonly string[]>>;
}

const MOST = 10_000;

/** The latest spans. No user, no token and no tool input is in them. */
export class Spans {
  private readonly kept: Span[] = [];

  record(name: Span["name"], attributes: Span["attributes"]): void {
    this.kept.push({ name, time: new Date(), attributes });
    if (this.kept.length > MOST) this.kept.shift();
  }

  all(): readonly Span[] {
    return [...this.kept];
  }
}
