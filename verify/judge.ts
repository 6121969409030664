import { Authorizer, principalFromClaims } from "../cedar/decide";
import { GATEWAY_ARN_PLACEHOLDER } from "../cedar/placeholder";
import type { Statement } from "../cedar/policy-set";
import { schemaFor } from "../cedar/schema";
import type { ToolTarget } from "../cedar/tools";
import type { EnginePolicy } from "../provisioners/aws/policies";

export type Verdict = "allow" | "deny";

/** What policies say of a call: the decision and the names of the policies that made it. */
export interface Judgement {
  readonly decision: Verdict;
  readonly by: readonly string[];
}

/** Judges calls by a set of policies, as the engine would, without the engine. */
export class Judge {
  private readonly authorizer: Authorizer;

  private constructor(
    policies: readonly { id: string; text: string }[],
    private readonly targets: readonly ToolTarget[],
    private readonly gatewayArn: string,
  ) {
    this.authorizer = new Authorizer(policies);
  }

  /** By the policy set in the repository: what is to be expected. */
  static ofRepository(statements: readonly Statement[], targets: readonly ToolTarget[], gatewayArn: string): Judge {
    const policies = statements.map(({ stem, text }) => ({
      id: stem,
      text: text.replaceAll(GATEWAY_ARN_PLACEHOLDER, gatewayArn),
    }));
    return new Judge(policies, targets, gatewayArn);
  }

  /** By what is live in the engine: why the gateway decides as it does. */
  static ofEngine(
    policies: readonly EnginePolicy[],
    targets: readonly ToolTarget[],
    gatewayArn: string,
    prefix: string,
  ): Judge {
    const live = policies.filter(({ status, enforcementMode }) => status === "ACTIVE" && enforcementMode === "ACTIVE");
    return new Judge(
      live.flatMap(({ name, text }) => (text === undefined ? [] : [{ id: shortName(name, prefix), text }])),
      targets,
      gatewayArn,
    );
  }

  judge(claims: Readonly<Record<string, unknown>>, action: string, input: Record<string, unknown>): Judgement {
    const { decision, determining } = this.authorizer.decide({
      principal: principalFromClaims(claims),
      action,
      gatewayArn: this.gatewayArn,
      input,
      schema: schemaFor(this.targets),
    });
    return { decision, by: determining };
  }
}

/** A managed policy's name without the deployment's part: the file's stem and the hash of its text. */
const shortName = (name: string, prefix: string) =>
  name.startsWith(`${prefix}_`) ? name.slice(prefix.length + 1) : name;
