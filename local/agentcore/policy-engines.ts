import type { GetPolicyEngineResponse, ListPolicyEnginesResponse } from "@aws-sdk/client-bedrock-agentcore-control";
import { conflict, quotaExceeded } from "../core/errors";
import type { Handlers } from "./handlers";
import { arnOf, resourceId } from "./ids";
import { pageOf } from "./pages";
import type { PolicyEffects } from "./policy-effects";
import { refuseInTransition, type Engine, type State } from "./state";

/** Engines of an account in a region. Source: AgentCore's quotas. */
const MOST_ENGINES = 1_000;

type Names =
  "CreatePolicyEngine" | "GetPolicyEngine" | "ListPolicyEngines" | "UpdatePolicyEngine" | "DeletePolicyEngine";

export function policyEngineOperations(state: State, effects: PolicyEffects): Handlers<Names> {
  const { engines, environment, timers, tags } = state;
  const duration = () => environment.latency.transition.policyEngine;
  /** Names of engines that are gone but whose name is not free yet, as observed for a short while. */
  const reserved = new Set<string>();

  const record = (engine: Engine) =>
    environment.events.record({
      kind: "change",
      type: "policy-engine",
      id: engine.id,
      state: { name: engine.name, status: engine.status },
    });

  const become = (engine: Engine, status: Engine["status"]) => {
    engine.status = status;
    engine.updatedAt = new Date();
    record(engine);
  };

  return {
    CreatePolicyEngine: ({ clientToken, ...request }) =>
      state.clientTokens.once("CreatePolicyEngine", clientToken, request, () => {
        const { name, description, encryptionKeyArn, tags: given = {} } = request;
        const isTaken = engines.find((engine) => engine.name === name) ?? reserved.has(name);
        if (isTaken) throw conflict(`A policy engine with the name ${name} already exists`);
        if (engines.all().length >= MOST_ENGINES) {
          throw quotaExceeded(`An account holds at most ${MOST_ENGINES} policy engines`);
        }
        const id = resourceId(name);
        const now = new Date();
        const engine: Engine = {
          id,
          arn: arnOf(environment, `policy-engine/${id}`),
          name,
          description,
          encryptionKeyArn,
          createdAt: now,
          updatedAt: now,
          status: "CREATING",
          statusReasons: [],
        };
        engines.add(engine);
        tags.set(engine.arn, { ...given });
        record(engine);
        timers.after(duration(), () => become(engine, "ACTIVE"));
        return answerOf(engine);
      }),

    GetPolicyEngine: ({ policyEngineId }) => answerOf(state.engine(policyEngineId)),

    ListPolicyEngines: (request): ListPolicyEnginesResponse => {
      const { page, nextToken } = pageOf("policy-engines", engines.numbered(), request);
      return { policyEngines: page.map(answerOf), nextToken };
    },

    UpdatePolicyEngine: ({ policyEngineId, description }) => {
      const engine = state.engine(policyEngineId);
      refuseInTransition("Policy engine", engine);
      // The wrapper tells "unchanged", which is its absence, from "removed", which is an empty one.
      if (description) engine.description = description.optionalValue;
      become(engine, "UPDATING");
      timers.after(duration(), () => become(engine, "ACTIVE"));
      return answerOf(engine);
    },

    DeletePolicyEngine: ({ policyEngineId }) => {
      const engine = state.engine(policyEngineId);
      refuseInTransition("Policy engine", engine);
      const gateway = state.gateways.find((candidate) => uses(candidate, engine.arn));
      if (gateway) throw conflict(`Policy engine is attached to gateway ${gateway.id}`);
      const left = state.policiesOf(engine.id).length + effects.lingering(engine.id);
      // The class of this refusal is not documented.
      if (left > 0) throw conflict(`Policy engine still contains ${left} policies`);
      become(engine, "DELETING");
      timers.after(duration(), () => {
        engines.remove(engine.id);
        tags.delete(engine.arn);
        reserved.add(engine.name);
        timers.after(environment.latency.emptyEngine, () => reserved.delete(engine.name));
        environment.events.record({ kind: "change", type: "policy-engine", id: engine.id, state: "deleted" });
      });
      return answerOf(engine);
    },
  };
}

interface Attached {
  readonly configuration: { readonly policyEngineConfiguration?: { readonly arn: string } | undefined };
  readonly inEffect: Attached["configuration"] | undefined;
}

/** Whether a gateway has the engine, is about to have it, or is not rid of it yet. */
export const uses = ({ configuration, inEffect }: Attached, engineArn: string) =>
  [configuration, inEffect].some((version) => version?.policyEngineConfiguration?.arn === engineArn);

const answerOf = (engine: Engine): GetPolicyEngineResponse => ({
  policyEngineId: engine.id,
  policyEngineArn: engine.arn,
  name: engine.name,
  description: engine.description,
  encryptionKeyArn: engine.encryptionKeyArn,
  createdAt: engine.createdAt,
  updatedAt: engine.updatedAt,
  status: engine.status,
  statusReasons: [...engine.statusReasons],
});
