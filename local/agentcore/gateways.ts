import type { GetGatewayResponse, ListGatewaysResponse } from "@aws-sdk/client-bedrock-agentcore-control";
import { conflict, quotaExceeded, validation } from "../core/errors";
import { checkRoleAndAttachment, gatewayArnOf } from "./attachment";
import type { Handlers } from "./handlers";
import { arnOf, gatewayId } from "./ids";
import { pageOf } from "./pages";
import { refuseInTransition, type Gateway, type GatewayConfiguration, type State } from "./state";

/** Gateways of an account in a region. Source: AgentCore's quotas. */
const MOST_GATEWAYS = 1_000;

type Names = "CreateGateway" | "GetGateway" | "ListGateways" | "UpdateGateway" | "DeleteGateway";

export function gatewayOperations(state: State): Handlers<Names> {
  const { gateways, environment, timers, tags } = state;
  const duration = () => environment.latency.transition.gateway;

  const become = (gateway: Gateway, status: Gateway["status"]) => {
    Object.assign(gateway, { status, updatedAt: new Date() });
    const attached = gateway.inEffect?.policyEngineConfiguration;
    environment.events.record({
      kind: "change",
      type: "gateway",
      id: gateway.id,
      state: {
        name: gateway.name,
        status,
        policyEngineArn: attached?.arn ?? null,
        mode: attached?.mode ?? null,
        url: gatewayUrl(state, gateway.id),
      },
    });
  };

  /** What was asked for is what requests meet from the moment on at which the gateway is READY. */
  const becomeReady = (gateway: Gateway) => {
    gateway.inEffect = gateway.configuration;
    become(gateway, "READY");
  };

  return {
    CreateGateway: ({ clientToken, ...request }) =>
      state.clientTokens.once("CreateGateway", clientToken, request, () => {
        const { tags: given = {}, ...configuration } = request;
        refuseWithoutAuthorizer(configuration);
        if (gateways.find(({ name }) => name === configuration.name)) {
          throw conflict(`A gateway with the name ${configuration.name} already exists`);
        }
        if (gateways.all().length >= MOST_GATEWAYS) {
          throw quotaExceeded(`An account holds at most ${MOST_GATEWAYS} gateways`);
        }
        const id = gatewayId(configuration.name);
        checkRoleAndAttachment(state, gatewayArnOf(state, id), configuration);
        const now = new Date();
        const gateway: Gateway = {
          id,
          arn: gatewayArnOf(state, id),
          name: configuration.name,
          configuration,
          inEffect: undefined,
          createdAt: now,
          updatedAt: now,
          status: "CREATING",
          statusReasons: [],
        };
        gateways.add(gateway);
        tags.set(gateway.arn, { ...given });
        become(gateway, "CREATING");
        timers.after(duration(), () => becomeReady(gateway));
        return answerOf(state, gateway);
      }),

    GetGateway: ({ gatewayIdentifier }) => answerOf(state, state.gateway(gatewayIdentifier)),

    ListGateways: (request): ListGatewaysResponse => {
      const { page, nextToken } = pageOf("gateways", gateways.numbered(), request);
      const items = page.map((gateway) => {
        const { description, authorizerType, protocolType } = gateway.configuration;
        const { id, name, status, createdAt, updatedAt } = gateway;
        return { gatewayId: id, name, status, description, createdAt, updatedAt, authorizerType, protocolType };
      });
      return { items, nextToken };
    },

    /** Replaces the whole: what the request leaves out is gone, the policy engine too. */
    UpdateGateway: ({ gatewayIdentifier, ...configuration }) => {
      const gateway = state.gateway(gatewayIdentifier);
      refuseInTransition("Gateway", gateway);
      if (configuration.name !== gateway.name) throw validation("The name of a gateway cannot be changed");
      if (configuration.authorizerType !== gateway.configuration.authorizerType) {
        // Not documented; observed, and Terraform's provider replaces the gateway for it.
        throw validation("Authorizer type cannot be updated for an existing gateway");
      }
      refuseWithoutAuthorizer(configuration);
      checkRoleAndAttachment(state, gateway.arn, configuration);
      gateway.configuration = configuration;
      become(gateway, "UPDATING");
      timers.after(duration(), () => becomeReady(gateway));
      return answerOf(state, gateway);
    },

    DeleteGateway: ({ gatewayIdentifier }) => {
      const gateway = state.gateway(gatewayIdentifier);
      refuseInTransition("Gateway", gateway);
      const count = state.targetsOf(gateway.id).length;
      if (count > 0) throw conflict(`Gateway ${gateway.id} has ${count} targets: delete them first`);
      become(gateway, "DELETING");
      timers.after(duration(), () => {
        gateways.remove(gateway.id);
        tags.delete(gateway.arn);
        environment.events.record({ kind: "change", type: "gateway", id: gateway.id, state: "deleted" });
      });
      return { gatewayId: gateway.id, status: gateway.status, statusReasons: [] };
    },
  };
}

export const gatewayUrl = ({ environment }: State, id: string) => `${environment.endpoint()}/gateways/${id}/mcp`;

function refuseWithoutAuthorizer({ authorizerType, authorizerConfiguration }: GatewayConfiguration): void {
  if (authorizerType === "CUSTOM_JWT" && !authorizerConfiguration) {
    throw validation("AuthorizerConfiguration is required for CUSTOM_JWT authorizer type");
  }
}

const answerOf = (state: State, gateway: Gateway): GetGatewayResponse => ({
  ...(gateway.configuration as Partial<GetGatewayResponse>),
  gatewayArn: gateway.arn,
  gatewayId: gateway.id,
  gatewayUrl: gatewayUrl(state, gateway.id),
  name: gateway.name,
  authorizerType: gateway.configuration.authorizerType,
  createdAt: gateway.createdAt,
  updatedAt: gateway.updatedAt,
  status: gateway.status,
  statusReasons: [...gateway.statusReasons],
  workloadIdentityDetails: {
    workloadIdentityArn: arnOf(
      state.environment,
      `workload-identity-directory/default/workload-identity/${gateway.id}`,
    ),
  },
});
