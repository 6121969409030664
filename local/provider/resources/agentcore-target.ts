import { randomUUID } from "node:crypto";
import { type Attributes, blocksOf, text, type Value } from "../value";
import { AGENTCORE } from "./agentcore-gateway";
import { block, blocks, converted, type Fields, fromApi, toApi } from "./fields";
import { type Context, importByParts, type Resource } from "./resource";
import { waitForStatus, waitUntilGone } from "./wait";

const schemaDefinition = (member: string) =>
  converted(
    member,
    (value) => mapFirst(blocksOf(value), schemaToApi),
    (value) => (isShape(value) ? [schemaFromApi(value)] : []),
  );

const fields: Fields = {
  credential_provider_configuration: converted(
    "credentialProviderConfigurations",
    credentialsToApi,
    credentialsFromApi,
  ),
  description: "description",
  gateway_identifier: "gatewayIdentifier",
  name: "name",
  target_configuration: block("targetConfiguration", {
    mcp: block("mcp", {
      lambda: block("lambda", {
        lambda_arn: "lambdaArn",
        tool_schema: block("toolSchema", {
          inline_payload: blocks("inlinePayload", {
            description: "description",
            input_schema: schemaDefinition("inputSchema"),
            name: "name",
            output_schema: schemaDefinition("outputSchema"),
          }),
        }),
      }),
      mcp_server: block("mcpServer", { endpoint: "endpoint" }),
    }),
  }),
};

interface TargetAnswer {
  readonly targetId: string;
  readonly status: string;
  readonly statusReasons?: string[];
}

const key = (state: Attributes) => ({
  gatewayIdentifier: text(state["gateway_identifier"]),
  targetId: text(state["target_id"]),
});
const get = ({ call }: Context, state: Attributes) => call<TargetAnswer>(AGENTCORE, "GetGatewayTarget", key(state));

export const agentcoreGatewayTarget: Resource = {
  label: "Bedrock AgentCore Gateway Target",
  fields,
  identify: (state) => text(state["target_id"]) ?? text(state["name"]) ?? "",
  importId: importByParts("gateway_identifier,target_id"),

  create: async ({ call }, desired) => {
    const input = { ...toApi(fields, desired), clientToken: randomUUID() };
    const { targetId } = await call<TargetAnswer>(AGENTCORE, "CreateGatewayTarget", input);
    return { target_id: targetId };
  },

  settle: async (context, state) => {
    await waitForStatus(() => get(context, state), ["CREATING", "UPDATING"], "READY");
  },

  read: async (context, state) => {
    const { gateway_identifier: _, ...read } = fromApi({ ...fields, target_id: "targetId" }, await get(context, state));
    return read;
  },

  update: async ({ call }, desired) => {
    await call(AGENTCORE, "UpdateGatewayTarget", { ...toApi(fields, desired), ...key(desired) });
  },

  delete: async (context, state) => {
    await context.call(AGENTCORE, "DeleteGatewayTarget", key(state));
    await waitUntilGone(() => get(context, state));
  },

  adjustPlan: ({ prior, planned, replaceFor }) => {
    if (kindOf(planned) !== kindOf(prior)) replaceFor("target_configuration");
  },
};

/** `lambda` or `mcp_server`: a target cannot become one of the other kind. */
function kindOf(attributes: Attributes): string | undefined {
  const [configuration] = blocksOf(attributes["target_configuration"]);
  const [mcp] = blocksOf(configuration?.["mcp"]);
  return Object.keys(mcp ?? {}).find((kind) => blocksOf(mcp?.[kind]).length > 0);
}

/** One credential provider, told by which block is there. */
const CREDENTIALS = {
  api_key: {
    type: "API_KEY",
    member: "apiKeyCredentialProvider",
    fields: {
      credential_location: "credentialLocation",
      credential_parameter_name: "credentialParameterName",
      credential_prefix: "credentialPrefix",
      provider_arn: "providerArn",
    },
  },
  oauth: {
    type: "OAUTH",
    member: "oauthCredentialProvider",
    fields: { custom_parameters: "customParameters", provider_arn: "providerArn", scopes: "scopes" },
  },
} as const;

function credentialsToApi(value: Value): unknown {
  return blocksOf(value).map((configuration) => {
    for (const [name, { type, member, fields: inner }] of Object.entries(CREDENTIALS)) {
      const [provider] = blocksOf(configuration[name]);
      if (provider) return { credentialProviderType: type, credentialProvider: { [member]: toApi(inner, provider) } };
    }
    return { credentialProviderType: "GATEWAY_IAM_ROLE" };
  });
}

function credentialsFromApi(value: unknown): Value {
  const configurations = Array.isArray(value)
    ? (value as { credentialProviderType: string; credentialProvider?: Record<string, object> }[])
    : [];
  return configurations.map(({ credentialProviderType, credentialProvider = {} }): Attributes => {
    for (const [name, { type, member, fields: inner }] of Object.entries(CREDENTIALS)) {
      if (type === credentialProviderType) return { [name]: [fromApi(inner, credentialProvider[member] ?? {})] };
    }
    return { gateway_iam_role: [{}] };
  });
}

/** AWS's SchemaDefinition. Source: bedrock-agentcore-control API model. */
interface SchemaShape {
  readonly type: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, SchemaShape>>;
  readonly required?: readonly string[];
  readonly items?: SchemaShape;
}

const isShape = (value: unknown): value is SchemaShape =>
  typeof value === "object" && value !== null && "type" in value;

/** Properties are blocks with a name and a `required` of their own; AWS has a map, and a list of the required ones. */
function schemaToApi(schema: Attributes): SchemaShape {
  for (const name of ["items_json", "properties_json"]) {
    if ((schema[name] ?? null) !== null)
      throw new Error(`${name} is not supported by the offline AWS: write the schema as blocks`);
  }
  const properties = blocksOf(schema["property"]);
  const required = properties
    .filter(({ required: isRequired }) => isRequired === true)
    .map(({ name }) => text(name) ?? "");
  const items = mapFirst(blocksOf(schema["items"]), schemaToApi);
  return {
    type: text(schema["type"]) ?? "",
    ...(text(schema["description"]) === undefined ? {} : { description: text(schema["description"]) }),
    ...(properties.length === 0
      ? {}
      : { properties: Object.fromEntries(properties.map((each) => [text(each["name"]) ?? "", schemaToApi(each)])) }),
    ...(required.length === 0 ? {} : { required }),
    ...(items === undefined ? {} : { items }),
  };
}

function schemaFromApi({ type, description, properties = {}, required = [], items }: SchemaShape): Attributes {
  return {
    type,
    description: description ?? null,
    property: Object.entries(properties).map(([name, shape]) => ({
      ...schemaFromApi(shape),
      name,
      required: required.includes(name),
    })),
    items: items === undefined ? [] : [schemaFromApi(items)],
  };
}

function mapFirst<T>(values: Attributes[], change: (value: Attributes) => T): T | undefined {
  const [first] = values;
  return first === undefined ? undefined : change(first);
}
