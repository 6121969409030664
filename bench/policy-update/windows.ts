import { Authorizer } from "../../cedar/decide";
import { schemaFor } from "../../cedar/schema";
import type { AwsEvent, ChangeEvent } from "../../local/core/events";
import type { WantedStatement } from "../../provisioners/rollout/wanted";
import { TARGET, TOOLS, actionOf } from "./statements";

/** The longest time in milliseconds for which a request was decided otherwise than both sets decide it. */
export interface Windows {
  readonly denied: number;
  readonly allowed: number;
  /** Requests that both sets decide alike, each watched at every instant. */
  readonly watched: number;
}

interface Probe {
  readonly caller: string;
  readonly tool: string;
}

type Effect = "permit" | "forbid";

/**
 * Replays the log: after every change of what is in effect, each request is decided anew. Real Cedar says which
 * policies match a request; a permit that matches and no forbid that does is an allow, as Cedar defines it.
 */
export function windowsOf(options: {
  readonly events: readonly AwsEvent[];
  readonly texts: ReadonlyMap<string, string>;
  readonly sets: { readonly before: readonly WantedStatement[]; readonly after: readonly WantedStatement[] };
  readonly callers: readonly string[];
  readonly gatewayArn: string;
  /** From here on decisions are judged. */
  readonly since: number;
}): Windows {
  const { events, texts, sets, callers, gatewayArn, since } = options;
  const cedar = new Matching(gatewayArn);
  const watches = callers
    .flatMap((caller) => TOOLS.map((tool) => ({ caller, tool })))
    .flatMap((probe) => {
      const [before, after] = [sets.before, sets.after].map((set) => cedar.decide(probe, textsOf(set)));
      return before === after && before !== undefined ? [new Watch(probe, before)] : [];
    });
  const live = new Set<string>();
  for (const event of events) {
    if (event.kind !== "change" || event.type !== "policy") continue;
    follow(live, event);
    if (event.at < since) continue;
    const inEffect = [...live].flatMap((id) => texts.get(id) ?? []);
    for (const watch of watches) watch.see(cedar.decide(watch.probe, inEffect), event.at);
  }
  const longest = (expected: "allow" | "deny") =>
    Math.max(0, ...watches.filter((watch) => watch.expected === expected).map((watch) => watch.longest));
  return { denied: longest("allow"), allowed: longest("deny"), watched: watches.length };
}

const textsOf = (statements: readonly WantedStatement[]) => statements.map(({ text }) => text);

function follow(live: Set<string>, { id, state }: ChangeEvent): void {
  const decides = state !== "deleted" && state.effective === true && state.enforcementMode === "ACTIVE";
  if (decides) live.add(id);
  else live.delete(id);
}

/** For how long one request was decided wrongly at a stretch. */
class Watch {
  longest = 0;
  private wrongSince: number | undefined;

  constructor(
    readonly probe: Probe,
    readonly expected: "allow" | "deny",
  ) {}

  see(decision: "allow" | "deny", at: number): void {
    if (this.wrongSince !== undefined) this.longest = Math.max(this.longest, at - this.wrongSince);
    this.wrongSince = decision === this.expected ? undefined : (this.wrongSince ?? at);
  }
}

/** Which policies match which request, asked of Cedar once for each pair. */
class Matching {
  private readonly schema = schemaFor([
    {
      name: TARGET,
      tools: TOOLS.map((name) => ({
        name,
        description: "a tool",
        inputSchema: { type: "object", properties: { text: { type: "string" } }, required: ["text"] },
      })),
    },
  ]);
  private readonly known = new Map<string, Map<string, Effect | undefined>>();

  constructor(private readonly gatewayArn: string) {}

  decide(probe: Probe, texts: readonly string[]): "allow" | "deny" {
    let decision: "allow" | "deny" = "deny";
    for (const text of texts) {
      const effect = this.match(probe, text);
      if (effect === "forbid") return "deny";
      if (effect === "permit") decision = "allow";
    }
    return decision;
  }

  private match(probe: Probe, text: string): Effect | undefined {
    const key = `${probe.caller} ${probe.tool}`;
    const ofText = this.known.get(text) ?? new Map<string, Effect | undefined>();
    this.known.set(text, ofText);
    if (!ofText.has(key)) ofText.set(key, this.ask(probe, text));
    return ofText.get(key);
  }

  private ask({ caller, tool }: Probe, text: string): Effect | undefined {
    const { decision, determining } = new Authorizer([{ id: "policy", text }]).decide({
      principal: { id: caller, tags: {} },
      action: actionOf(tool),
      gatewayArn: this.gatewayArn,
      input: { text: "x" },
      schema: this.schema,
    });
    if (decision === "allow") return "permit";
    return determining.length > 0 ? "forbid" : undefined;
  }
}
