import type { Environment, Operation, Service } from "../core/service";
import { checked } from "./check";
import { credentialProviderOperations } from "./credential-providers";
import { gatewayOperations } from "./gateways";
import type { CallerMay, Handlers } from "./handlers";
import { policyOperations } from "./policies";
import { PolicyEffects } from "./policy-effects";
import { policyEngineOperations } from "./policy-engines";
import type { IamPolicies } from "./ports";
import { RULES, type OperationName } from "./rules/operations";
import { State } from "./state";
import { tagOperations } from "./tags";
import { targetOperations } from "./targets";

/**
 * The control plane of AgentCore: gateways, targets, policy engines, policies, credential providers, tags.
 * Every request passes the rule of its operation first; what takes time on AWS takes it here, through the
 * same statuses.
 */
export class AgentCore implements Service {
  readonly operations: Readonly<Record<string, Operation>>;
  /** What the gateways' data plane reads. */
  readonly state: State;
  readonly effects: PolicyEffects;
  /** Decides what callers may do beyond having credentials at all; everything, unless it is replaced. */
  callerMay: CallerMay = () => true;

  constructor(environment: Environment, iam: IamPolicies) {
    this.state = new State(environment, iam);
    this.effects = new PolicyEffects(environment, this.state.timers);
    const handlers: Handlers<OperationName> = {
      ...gatewayOperations(this.state),
      ...targetOperations(this.state),
      ...policyEngineOperations(this.state, this.effects),
      ...policyOperations(this.state, this.effects, () => this.callerMay),
      ...tagOperations(this.state),
      ...credentialProviderOperations(this.state),
    };
    const names = Object.keys(RULES) as OperationName[];
    this.operations = Object.fromEntries(names.map((name) => [name, operation(name, handlers)]));
  }

  /** Stops what is under way: nothing changes any more. */
  close(): void {
    this.state.timers.stop();
  }
}

function operation<Name extends OperationName>(name: Name, handlers: Handlers<OperationName>): Operation {
  const handler = handlers[name] as Handlers<OperationName>[Name];
  return (input: object, caller) => handler(checked(RULES[name], input) as never, caller);
}
