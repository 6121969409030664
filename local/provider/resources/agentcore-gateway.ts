import { randomUUID } from "node:crypto";
import { type Attributes, text } from "../value";
import { block, blocks, type Fields, fromApi, toApi } from "./fields";
import { type Context, importBy, type Resource } from "./resource";
import { taggedByArn } from "./tags";
import { waitForStatus, waitUntilGone } from "./wait";

export const AGENTCORE = "bedrock-agentcore-control";

/**
 * What the provider 6.25 knows of a gateway. It knows no policy engine: its UpdateGateway, which replaces the whole
 * gateway, is sent without one.
 */
const fields: Fields = {
  authorizer_configuration: block("authorizerConfiguration", {
    custom_jwt_authorizer: block("customJWTAuthorizer", {
      allowed_audience: "allowedAudience",
      allowed_clients: "allowedClients",
      discovery_url: "discoveryUrl",
    }),
  }),
  authorizer_type: "authorizerType",
  description: "description",
  exception_level: "exceptionLevel",
  interceptor_configuration: blocks("interceptorConfigurations", {
    input_configuration: block("inputConfiguration", { pass_request_headers: "passRequestHeaders" }),
    interception_points: "interceptionPoints",
    interceptor: block("interceptor", { lambda: block("lambda", { arn: "arn" }) }),
  }),
  kms_key_arn: "kmsKeyArn",
  name: "name",
  protocol_configuration: block("protocolConfiguration", {
    mcp: block("mcp", {
      instructions: "instructions",
      search_type: "searchType",
      supported_versions: "supportedVersions",
    }),
  }),
  protocol_type: "protocolType",
  role_arn: "roleArn",
};

const decided: Fields = {
  gateway_arn: "gatewayArn",
  gateway_id: "gatewayId",
  gateway_url: "gatewayUrl",
  workload_identity_details: blocks("workloadIdentityDetails", { workload_identity_arn: "workloadIdentityArn" }),
};

interface GatewayAnswer {
  readonly gatewayId: string;
  readonly status: string;
  readonly statusReasons?: string[];
  readonly workloadIdentityDetails?: object;
}

const key = (state: Attributes) => ({ gatewayIdentifier: text(state["gateway_id"]) });
const get = ({ call }: Context, state: Attributes) => call<GatewayAnswer>(AGENTCORE, "GetGateway", key(state));

export const agentcoreGateway: Resource = {
  label: "Bedrock AgentCore Gateway",
  fields,
  forgottenWhenCreateFails: true,
  identify: (state) => text(state["gateway_id"]) ?? text(state["name"]) ?? "",
  importId: importBy("gateway_id"),

  create: async ({ call }, desired, tags) => {
    const input = {
      ...toApi(fields, desired),
      clientToken: randomUUID(),
      ...(Object.keys(tags).length > 0 ? { tags } : {}),
    };
    const { gatewayId } = await call<GatewayAnswer>(AGENTCORE, "CreateGateway", input);
    return { gateway_id: gatewayId };
  },

  settle: async (context, state) => {
    await waitForStatus(() => get(context, state), ["CREATING", "UPDATING"], "READY");
  },

  read: async (context, state) => {
    const gateway = await get(context, state);
    const details = gateway.workloadIdentityDetails;
    return fromApi(
      { ...fields, ...decided },
      { ...gateway, workloadIdentityDetails: details === undefined ? [] : [details] },
    );
  },

  update: async ({ call }, desired) => {
    await call(AGENTCORE, "UpdateGateway", { ...toApi(fields, desired), ...key(desired) });
  },

  delete: async (context, state) => {
    await context.call(AGENTCORE, "DeleteGateway", key(state));
    await waitUntilGone(() => get(context, state));
  },

  tagging: taggedByArn({
    service: AGENTCORE,
    arn: "gateway_arn",
    member: "resourceArn",
    tags: "tags",
    keys: "tagKeys",
  }),
};
