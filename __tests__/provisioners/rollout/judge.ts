import { Authorizer, type Decision } from "../../../cedar/decide";
import { schemaFor } from "../../../cedar/schema";
import type { ControlPlane } from "../../support/control-plane";
import { callOf, type Request } from "./rules";

type Outcome = Decision["decision"];

/**
 * Watches an engine: whenever what decides changes, the requests are decided anew and compared with what all policy
 * sets that count agree on. This is the rollout's promise, with real Cedar.
 */
export class Judge {
  readonly violations: string[] = [];
  /** By request; undefined where the policy sets that count differ. */
  private agreed: readonly (Outcome | undefined)[] = [];
  private readonly benches = new Map<string, Bench>();
  private inEffect = "";

  constructor(
    private readonly plane: ControlPlane,
    private readonly engineId: string,
    private readonly gatewayArn: string,
    private readonly requests: readonly Request[],
  ) {
    plane.events.subscribe((event) => {
      if (event.kind === "change" && event.type === "policy") this.look();
    });
    this.restart();
  }

  /** From now on this policy set counts too. */
  expect(statements: readonly string[]): void {
    const bench = this.benchOf(statements);
    this.agreed = this.agreed.map((outcome, index) =>
      outcome !== undefined && bench.decide(index) === outcome ? outcome : undefined,
    );
  }

  /** From now on only what decides at this moment counts. */
  restart(): void {
    const bench = this.benchOf(this.deciding());
    this.agreed = this.requests.map((_, index) => bench.decide(index));
  }

  private look(): void {
    const statements = this.deciding();
    const key = keyOf(statements);
    if (key === this.inEffect) return;
    this.inEffect = key;
    const bench = this.benchOf(statements);
    this.requests.forEach((request, index) => {
      const outcome = this.agreed[index];
      if (outcome === undefined || bench.decide(index) === outcome) return;
      const shown = statements.map((statement) => `\n  ${statement}`).join("") || " nothing";
      this.violations.push(`${describe(request)}: all policy sets ${outcome}, but not${shown}`);
    });
  }

  private deciding(): string[] {
    return this.plane.deciding(this.engineId).map(({ text }) => text);
  }

  private benchOf(statements: readonly string[]): Bench {
    const { plane, gatewayArn, requests } = this;
    const key = keyOf(statements);
    const known = this.benches.get(key);
    if (known) return known;
    const calls = requests.map((request) => callOf(request, { gatewayArn, schema: schemaFor(plane.toolTargets()) }));
    const authorizer = new Authorizer(statements.map((text, index) => ({ id: String(index), text })));
    const bench = new Bench((index) => {
      const call = calls[index];
      if (!call) throw new Error(`there is no request ${index}`);
      return authorizer.decide(call).decision;
    });
    this.benches.set(key, bench);
    return bench;
  }
}

/** One policy set; each request is decided once. */
class Bench {
  private readonly outcomes: Outcome[] = [];

  constructor(private readonly ask: (index: number) => Outcome) {}

  decide(index: number): Outcome {
    return (this.outcomes[index] ??= this.ask(index));
  }
}

const keyOf = (statements: readonly string[]) => [...statements].sort().join("\n");

const describe = ({ department = "no department", role, tool, text }: Request) =>
  `${department}, ${role}, ${tool} "${text}"`;
