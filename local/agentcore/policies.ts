import type { GetPolicyResponse, ListPoliciesResponse } from "@aws-sdk/client-bedrock-agentcore-control";
import { gatewayOf, parseStatement } from "../../cedar/scope";
import { conflict, quotaExceeded } from "../core/errors";
import type { CallerMay, Handlers } from "./handlers";
import { resourceId } from "./ids";
import { pageOf } from "./pages";
import type { PolicyEffects } from "./policy-effects";
import { refuseInTransition, type Policy, type State } from "./state";
import { reasonsAgainst, statementOf } from "./verdict";

/** Policies of an engine, and bytes of them together. Source: AgentCore's quotas. */
const MOST_POLICIES = 1_000;
const MOST_BYTES = 200 * 1024;

type Names = "CreatePolicy" | "GetPolicy" | "ListPolicies" | "UpdatePolicy" | "DeletePolicy";

export function policyOperations(state: State, effects: PolicyEffects, may: () => CallerMay): Handlers<Names> {
  const { policies, environment, timers } = state;
  const duration = () => environment.latency.transition.policy;

  const become = (policy: Policy, status: Policy["status"], statusReasons: string[] = []) => {
    Object.assign(policy, { status, statusReasons, updatedAt: new Date() });
    const inEffect = effects.current(policy.id);
    environment.events.record({
      kind: "change",
      type: "policy",
      id: policy.id,
      state: {
        engineId: policy.engineId,
        name: policy.name,
        status,
        // Until a change takes effect the log tells what decisions still go by.
        enforcementMode: inEffect?.enforcementMode ?? policy.enforcementMode,
        effective: inEffect !== undefined,
      },
    });
  };

  const takeEffect = ({ id, engineId, name, definition, enforcementMode }: Policy) =>
    effects.change({ id, engineId, name, text: statementOf(definition), enforcementMode });

  return {
    CreatePolicy: ({ clientToken, ...request }, caller) =>
      state.clientTokens.once("CreatePolicy", clientToken, request, () => {
        const { name, definition, description, enforcementMode, validationMode } = request;
        const engine = state.engine(request.policyEngineId);
        refuseInTransition("Policy engine", engine);
        if (policies.find((policy) => policy.name === name)) throw conflict("Policy with the same name already exists");
        refuseAboveQuota(state, engine.id, definition);
        const id = resourceId(name);
        const now = new Date();
        const policy: Policy = {
          id,
          arn: `${engine.arn}/policy/${id}`,
          name,
          engineId: engine.id,
          definition,
          description,
          enforcementMode,
          createdAt: now,
          updatedAt: now,
          status: "CREATING",
          statusReasons: [],
        };
        policies.add(policy);
        become(policy, "CREATING");
        timers.after(duration(), () => {
          const reasons = reasonsAgainst(state, policy, validationMode, { caller, may: may() });
          if (reasons.length > 0) return become(policy, "CREATE_FAILED", reasons);
          become(policy, "ACTIVE");
          takeEffect(policy);
        });
        return answerOf(policy);
      }),

    GetPolicy: ({ policyEngineId, policyId }) => answerOf(state.policy(policyEngineId, policyId)),

    ListPolicies: ({ policyEngineId, targetResourceScope, ...request }): ListPoliciesResponse => {
      state.engine(policyEngineId);
      const listed = state
        .policiesOf(policyEngineId)
        .filter(({ record }) => targetResourceScope === undefined || resourceOf(record) === targetResourceScope);
      const { page, nextToken } = pageOf(`policies of ${policyEngineId}`, listed, request);
      return { policies: page.map(answerOf), nextToken };
    },

    UpdatePolicy: (request, caller) => {
      const policy = state.policy(request.policyEngineId, request.policyId);
      refuseInTransition("Policy", policy);
      refuseInTransition("Policy engine", state.engine(policy.engineId));
      const { definition, description, enforcementMode } = policy;
      if (request.definition) refuseAboveQuota(state, policy.engineId, request.definition, policy);
      if (request.description) policy.description = request.description.optionalValue;
      policy.definition = request.definition ?? definition;
      policy.enforcementMode = request.enforcementMode ?? enforcementMode;
      become(policy, "UPDATING");
      timers.after(duration(), () => {
        // The stored text is validated anew even when it did not change, as observed.
        const reasons = reasonsAgainst(state, policy, request.validationMode, { caller, may: may() });
        if (reasons.length === 0) {
          become(policy, "ACTIVE");
          takeEffect(policy);
          return;
        }
        Object.assign(policy, { definition, description, enforcementMode });
        become(policy, "UPDATE_FAILED", reasons);
      });
      return answerOf(policy);
    },

    DeletePolicy: ({ policyEngineId, policyId }) => {
      const policy = state.policy(policyEngineId, policyId);
      refuseInTransition("Policy", policy);
      refuseInTransition("Policy engine", state.engine(policy.engineId));
      become(policy, "DELETING");
      timers.after(duration(), () => {
        policies.remove(policy.id);
        effects.end(policy);
      });
      return answerOf(policy);
    },
  };
}

function refuseAboveQuota(state: State, engineId: string, definition: Policy["definition"], instead?: Policy): void {
  const others = state.policiesOf(engineId).filter(({ record }) => record !== instead);
  if (others.length >= MOST_POLICIES) throw quotaExceeded(`A policy engine holds at most ${MOST_POLICIES} policies`);
  const bytes = [definition, ...others.map(({ record }) => record.definition)]
    .map((each) => Buffer.byteLength(statementOf(each)))
    .reduce((sum, size) => sum + size, 0);
  if (bytes > MOST_BYTES)
    throw quotaExceeded(`The policies of a policy engine hold at most ${MOST_BYTES} bytes together`);
}

function resourceOf({ definition }: Policy): string | undefined {
  const statement = parseStatement(statementOf(definition));
  return statement && gatewayOf(statement);
}

const answerOf = (policy: Policy): GetPolicyResponse => ({
  policyId: policy.id,
  policyArn: policy.arn,
  policyEngineId: policy.engineId,
  name: policy.name,
  definition: policy.definition as GetPolicyResponse["definition"],
  description: policy.description,
  enforcementMode: policy.enforcementMode,
  createdAt: policy.createdAt,
  updatedAt: policy.updatedAt,
  status: policy.status,
  statusReasons: [...policy.statusReasons],
});
