import type { GetGatewayTargetResponse, ListGatewayTargetsResponse } from "@aws-sdk/client-bedrock-agentcore-control";
import { conflict, quotaExceeded, validation } from "../core/errors";
import type { Handlers } from "./handlers";
import { targetId } from "./ids";
import { pageOf } from "./pages";
import { refuseInTransition, type Gateway, type State, type Target, type TargetConfiguration } from "./state";
import { toolTarget } from "./verdict";

/** Targets of a gateway, and tools of a target. Source: AgentCore's quotas. */
const MOST_TARGETS = 100;
const MOST_TOOLS = 1_000;

type Names =
  "CreateGatewayTarget" | "GetGatewayTarget" | "ListGatewayTargets" | "UpdateGatewayTarget" | "DeleteGatewayTarget";

export function targetOperations(state: State): Handlers<Names> {
  const { targets, environment, timers } = state;
  const duration = () => environment.latency.transition.gatewayTarget;

  const become = (target: Target, status: Target["status"], statusReasons: string[] = []) => {
    Object.assign(target, { status, statusReasons, updatedAt: new Date() });
    const { name, tools } = toolTarget(target.inEffect ?? target.configuration);
    environment.events.record({
      kind: "change",
      type: "gateway-target",
      id: target.id,
      state: { gatewayId: target.gatewayId, name, status, tools: tools.map((tool) => tool.name) },
    });
  };

  /** Ends a transition: the gateway's role has to be able to call the function by then. */
  const settle = (target: Target, gateway: Gateway, failed: "FAILED" | "UPDATE_UNSUCCESSFUL") => {
    const functionArn = lambdaOf(target.configuration);
    if (!state.iam.allows(gateway.configuration.roleArn, "lambda:InvokeFunction", functionArn)) {
      return become(target, failed, ["The gateway's role is not allowed to invoke the Lambda function of the target"]);
    }
    target.inEffect = target.configuration;
    become(target, "READY");
  };

  const refuseTaken = (gateway: Gateway, name: string, but?: Target) => {
    const isTaken = state
      .targetsOf(gateway.id)
      .some(({ record }) => record !== but && record.configuration.name === name);
    if (isTaken) throw conflict(`A target with the name ${name} already exists in gateway ${gateway.id}`);
  };

  return {
    CreateGatewayTarget: ({ clientToken, ...request }) =>
      state.clientTokens.once("CreateGatewayTarget", clientToken, request, () => {
        const { gatewayIdentifier, ...configuration } = request;
        const gateway = state.gateway(gatewayIdentifier);
        refuseInTransition("Gateway", gateway);
        refuseUnusable(configuration);
        refuseTaken(gateway, configuration.name);
        if (state.targetsOf(gateway.id).length >= MOST_TARGETS) {
          throw quotaExceeded(`A gateway has at most ${MOST_TARGETS} targets`);
        }
        const now = new Date();
        const target: Target = {
          id: targetId(),
          arn: gateway.arn,
          gatewayId: gateway.id,
          configuration,
          inEffect: undefined,
          createdAt: now,
          updatedAt: now,
          status: "CREATING",
          statusReasons: [],
        };
        targets.add(target);
        become(target, "CREATING");
        timers.after(duration(), () => settle(target, gateway, "FAILED"));
        return answerOf(target);
      }),

    GetGatewayTarget: (request) => answerOf(state.target(request.gatewayIdentifier, request.targetId)),

    ListGatewayTargets: ({ gatewayIdentifier, ...request }): ListGatewayTargetsResponse => {
      state.gateway(gatewayIdentifier);
      const listed = state.targetsOf(gatewayIdentifier);
      const { page, nextToken } = pageOf(`targets of ${gatewayIdentifier}`, listed, request);
      const items = page.map(({ id, configuration: { name, description }, status, createdAt, updatedAt }) => {
        return { targetId: id, name, description, status, createdAt, updatedAt, targetType: "LAMBDA" as const };
      });
      return { items, nextToken };
    },

    /** Replaces the whole target. */
    UpdateGatewayTarget: ({ gatewayIdentifier, targetId: id, ...configuration }) => {
      const gateway = state.gateway(gatewayIdentifier);
      const target = state.target(gateway.id, id);
      refuseInTransition("Gateway", gateway);
      refuseInTransition("Target", target);
      refuseUnusable(configuration);
      refuseTaken(gateway, configuration.name, target);
      target.configuration = configuration;
      become(target, "UPDATING");
      timers.after(duration(), () => settle(target, gateway, "UPDATE_UNSUCCESSFUL"));
      return answerOf(target);
    },

    DeleteGatewayTarget: ({ gatewayIdentifier, targetId: id }) => {
      const gateway = state.gateway(gatewayIdentifier);
      const target = state.target(gateway.id, id);
      refuseInTransition("Target", target);
      refuseInTransition("Gateway", gateway);
      become(target, "DELETING");
      timers.after(duration(), () => {
        target.inEffect = undefined;
        targets.remove(target.id);
        environment.events.record({ kind: "change", type: "gateway-target", id: target.id, state: "deleted" });
      });
      return { gatewayArn: target.arn, targetId: target.id, status: target.status, statusReasons: [] };
    },
  };
}

export const lambdaOf = ({ targetConfiguration }: TargetConfiguration): string =>
  targetConfiguration.mcp?.lambda?.lambdaArn ?? "";

/** What the request's shape does not tell: how its parts fit each other. */
function refuseUnusable(configuration: TargetConfiguration): void {
  const [credentials] = configuration.credentialProviderConfigurations ?? [];
  if (credentials?.credentialProviderType !== "GATEWAY_IAM_ROLE") {
    throw validation("A Lambda target needs the credential provider GATEWAY_IAM_ROLE");
  }
  const names = toolTarget(configuration).tools.map((tool) => tool.name);
  if (names.length > MOST_TOOLS) throw quotaExceeded(`A target has at most ${MOST_TOOLS} tools`);
  if (new Set(names).size < names.length) throw validation("The names of a target's tools must differ");
}

const answerOf = (target: Target): GetGatewayTargetResponse => ({
  gatewayArn: target.arn,
  targetId: target.id,
  name: target.configuration.name,
  description: target.configuration.description,
  targetConfiguration: target.configuration.targetConfiguration as GetGatewayTargetResponse["targetConfiguration"],
  credentialProviderConfigurations: (target.configuration.credentialProviderConfigurations ??
    []) as GetGatewayTargetResponse["credentialProviderConfigurations"],
  metadataConfiguration: target.configuration.metadataConfiguration,
  privateEndpoint: target.configuration.privateEndpoint as GetGatewayTargetResponse["privateEndpoint"],
  createdAt: target.createdAt,
  updatedAt: target.updatedAt,
  status: target.status,
  statusReasons: [...target.statusReasons],
});
