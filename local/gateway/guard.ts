import { Authorizer, type Decision, type Principal } from "../../cedar/decide";
import { schemaFor, type AgentCoreSchema } from "../../cedar/schema";
import type { AgentCore } from "../agentcore";
import { roleMay } from "../agentcore/attachment";
import type { Gateway } from "../agentcore/state";
import { toolTargetsOf } from "../agentcore/verdict";
import type { Spans } from "./spans";

/** What the gateway's policy engine, or the lack of one, makes of a request. */
export interface Guard {
  /** Of these tools (`<target>___<tool>`), those that some input could be permitted for. */
  visible(principal: Principal, tools: readonly string[]): string[];
  /** Why the call is not let through; undefined when it is. */
  refusal(principal: Principal, tool: string, input: Readonly<Record<string, unknown>>): string | undefined;
}

/** A gateway whose engine cannot be asked: nothing gets through, and the caller learns no reason. */
export class EngineUnavailable extends Error {
  override readonly name = "EngineUnavailable";
}

/** Without an engine everything is open, as on AWS. */
const OPEN: Guard = { visible: (_, tools) => [...tools], refusal: () => undefined };

const DENIED = "AuthorizeActionException - Tool Execution Denied: Tool call not allowed due to policy enforcement";
/** Both endings as observed in the answers of AgentCore. */
const reasonOf = ({ determining }: Decision) =>
  determining.length > 0
    ? `Policy evaluation denied due to ${determining.join(", ")}`
    : "No policy applies to the request (denied by default).";

/** Makes guards from what is in effect at the moment of a request. */
export class Guards {
  private readonly authorizers = new Map<string, { readonly revision: number; readonly authorizer: Authorizer }>();

  constructor(
    private readonly agentcore: AgentCore,
    private readonly spans: Spans,
  ) {}

  /** Throws EngineUnavailable where the mode is ENFORCE and the engine is gone or the role may not ask it. */
  for(gateway: Gateway): Guard {
    const { roleArn, policyEngineConfiguration: attached } = gateway.inEffect ?? gateway.configuration;
    if (!attached) return OPEN;
    const { state } = this.agentcore;
    const engine = state.engines.find(({ arn }) => arn === attached.arn);
    const actions = ["GetPolicyEngine", "AuthorizeAction", "PartiallyAuthorizeActions"] as const;
    const arns = { engineArn: attached.arn, gatewayArn: gateway.arn };
    const mayAsk = actions.every((action) => roleMay(state, roleArn, `bedrock-agentcore:${action}`, arns));
    if (!engine || !mayAsk) {
      if (attached.mode === "LOG_ONLY") return OPEN;
      throw new EngineUnavailable();
    }
    const guard = new EngineGuard(
      this.authorizerOf(engine.id),
      schemaFor(toolTargetsOf(state, gateway.id)),
      gateway.arn,
      attached.mode,
      this.spans,
    );
    return attached.mode === "ENFORCE" ? guard : observing(guard);
  }

  private authorizerOf(engineId: string): Authorizer {
    const { effects } = this.agentcore;
    const known = this.authorizers.get(engineId);
    if (known?.revision === effects.revision) return known.authorizer;
    const active = effects.of(engineId).filter(({ enforcementMode }) => enforcementMode === "ACTIVE");
    const authorizer = new Authorizer(active);
    this.authorizers.set(engineId, { revision: effects.revision, authorizer });
    return authorizer;
  }
}

/** Attached in LOG_ONLY: decisions are made and recorded, and everything gets through. */
const observing = (guard: Guard): Guard => ({
  visible: (principal, tools) => {
    guard.visible(principal, tools);
    return [...tools];
  },
  refusal: (...call) => {
    guard.refusal(...call);
    return undefined;
  },
});

class EngineGuard implements Guard {
  constructor(
    private readonly authorizer: Authorizer,
    private readonly schema: AgentCoreSchema,
    private readonly gatewayArn: string,
    private readonly mode: string,
    private readonly spans: Spans,
  ) {}

  visible(principal: Principal, tools: readonly string[]): string[] {
    const { schema, gatewayArn } = this;
    const allowed = tools.filter((action) => this.authorizer.couldPermit({ principal, action, gatewayArn, schema }));
    this.spans.record("AgentCore.Policy.PartiallyAuthorizeActions", {
      "aws.agentcore.gateway.policy.mode": this.mode,
      "aws.agentcore.policy.allowed_tools": allowed,
      "aws.agentcore.policy.denied_tools": tools.filter((tool) => !allowed.includes(tool)),
    });
    return allowed;
  }

  refusal(principal: Principal, action: string, input: Readonly<Record<string, unknown>>): string | undefined {
    const { schema, gatewayArn } = this;
    const decision = this.authorizer.decide({ principal, action, gatewayArn, input, schema });
    this.spans.record("AgentCore.Policy.AuthorizeAction", {
      "aws.agentcore.gateway.policy.mode": this.mode,
      "aws.agentcore.policy.authorization_decision": decision.decision.toUpperCase(),
      "aws.agentcore.policy.determining_policies": decision.determining,
    });
    return decision.decision === "allow" ? undefined : `${DENIED} [${reasonOf(decision)}]`;
  }
}
