import { messageOf } from "../../reporting/command";
import { DATA_SOURCES } from "./data-sources";
import { Applier } from "./engine/apply";
import { attributePath, type Diagnostic, failure } from "./engine/errors";
import { planChange } from "./engine/plan";
import { refresh } from "./engine/refresh";
import { configureSession, type Session, type SessionOptions } from "./engine/session";
import { validateResource } from "./engine/validate";
import { decodeObject, type DynamicValue, encodeObject } from "./protocol/codec";
import { schemaMessage } from "./protocol/schema-message";
import type { Method } from "./protocol/server";
import { RESOURCES } from "./resources";
import { providerSchema, schemaOf } from "./schema";

/** Kept with an imported resource until it is read for the first time. */
const IMPORTED = Buffer.from("imported");
const CAPABILITIES = { plan_destroy: false, get_provider_schema_optional: false, move_resource_state: false };

interface TypedRequest {
  readonly type_name: string;
}

/** The provider's side of the plugin protocol. Errors in a call become diagnostics, as Terraform shows those. */
export class ProviderMethods {
  private readonly sessions = new Map<string, Session>();

  constructor(private readonly options: SessionOptions) {}

  readonly all: Readonly<Record<string, Method>> = {
    GetMetadata: () => ({
      server_capabilities: CAPABILITIES,
      resources: Object.keys(RESOURCES).map((type_name) => ({ type_name })),
      data_sources: Object.keys(DATA_SOURCES).map((type_name) => ({ type_name })),
    }),
    GetProviderSchema: () => providerSchemaResponse(),
    GetResourceIdentitySchemas: () => ({}),
    GetFunctions: () => ({}),
    ValidateProviderConfig: () => ({}),
    StopProvider: () => ({}),
    ConfigureProvider: (request: { config: DynamicValue }, connection) => this.configure(request, connection),
    ValidateResourceConfig: (request: ValidateRequest) => validate(request),
    ValidateDataResourceConfig: () => ({}),
    UpgradeResourceState: (request: TypedRequest & { raw_state: { json: Uint8Array } }) => {
      const { block } = schemaOf(request.type_name);
      return { upgraded_state: encodeObject(decodeObject({ json: request.raw_state.json }, block), block) };
    },
    ReadResource: (request: ReadRequest, connection) => this.read(request, connection),
    PlanResourceChange: (request: PlanRequest, connection) => this.plan(request, connection),
    ApplyResourceChange: (request: ApplyRequest, connection) => this.apply(request, connection),
    ImportResourceState: (request: TypedRequest & { id: string }) => importState(request),
    MoveResourceState: () => ({
      diagnostics: [{ severity: "ERROR", summary: "moving from another resource type is not supported" }],
    }),
    ReadDataSource: (request: TypedRequest & { config: DynamicValue }, connection) =>
      this.readData(request, connection),
  };

  private async configure(request: { config: DynamicValue }, connection: string): Promise<object> {
    try {
      this.sessions.set(
        connection,
        await configureSession(this.options, decodeObject(request.config, providerSchema()) ?? {}),
      );
      return {};
    } catch (error) {
      return { diagnostics: [{ severity: "ERROR", summary: `configuring the AWS provider: ${messageOf(error)}` }] };
    }
  }

  private async read({ type_name, current_state, private: mark }: ReadRequest, connection: string): Promise<object> {
    const { resource, schema } = typeOf(type_name);
    const state = decodeObject(current_state, schema.block);
    if (state === null) return { new_state: encodeObject(null, schema.block) };
    try {
      const imported = Buffer.from(mark).equals(IMPORTED);
      const refreshed = await refresh(resource, schema, this.session(connection), state, imported);
      return { new_state: encodeObject(refreshed, schema.block) };
    } catch (error) {
      const diagnostics = [failure("reading", resource.label, resource.identify(state), error)];
      return { new_state: current_state, private: mark, diagnostics };
    }
  }

  private plan(request: PlanRequest, connection: string): object {
    const { resource, schema } = typeOf(request.type_name);
    const proposed = decodeObject(request.proposed_new_state, schema.block);
    if (proposed === null) return { planned_state: request.proposed_new_state };
    const prior = decodeObject(request.prior_state, schema.block);
    const config = decodeObject(request.config, schema.block) ?? {};
    const plan = planChange(resource, schema, this.session(connection), { prior, proposed, config });
    return {
      planned_state: encodeObject(plan.planned, schema.block),
      requires_replace: [...new Set(plan.requiresReplace)].map(attributePath),
      legacy_type_system: plan.legacyTypeSystem,
    };
  }

  private async apply(request: ApplyRequest, connection: string): Promise<object> {
    const { resource, schema } = typeOf(request.type_name);
    const prior = decodeObject(request.prior_state, schema.block);
    const planned = decodeObject(request.planned_state, schema.block);
    const config = decodeObject(request.config, schema.block) ?? {};
    const applier = new Applier(resource, schema, this.session(connection));
    const { state, diagnostics } =
      planned === null
        ? await applier.delete(prior ?? {})
        : prior === null
          ? await applier.create(planned, config)
          : await applier.update(prior, planned, config);
    return { new_state: encodeObject(state, schema.block), diagnostics };
  }

  private async readData(
    { type_name, config }: TypedRequest & { config: DynamicValue },
    connection: string,
  ): Promise<object> {
    const source = DATA_SOURCES[type_name];
    if (source === undefined) throw new Error(`no data source ${type_name}`);
    const { block } = schemaOf(`data.${type_name}`);
    const session = this.session(connection);
    const wanted = decodeObject(config, block) ?? {};
    try {
      const found = await source.read(session.context, { ...wanted, region: wanted["region"] ?? session.region });
      return { state: encodeObject({ ...wanted, region: session.region, ...found }, block) };
    } catch (error) {
      return { diagnostics: [failure("reading", source.label, type_name, error)] };
    }
  }

  private session(connection: string): Session {
    const session = this.sessions.get(connection);
    if (session === undefined) throw new Error("the provider is not configured on this connection");
    return session;
  }
}

interface ReadRequest extends TypedRequest {
  readonly current_state: DynamicValue;
  readonly private: Uint8Array;
}

interface PlanRequest extends TypedRequest {
  readonly prior_state: DynamicValue;
  readonly proposed_new_state: DynamicValue;
  readonly config: DynamicValue;
}

interface ApplyRequest extends TypedRequest {
  readonly prior_state: DynamicValue;
  readonly planned_state: DynamicValue;
  readonly config: DynamicValue;
}

interface ValidateRequest extends TypedRequest {
  readonly config: DynamicValue;
  readonly client_capabilities: { readonly write_only_attributes_allowed: boolean } | null;
}

function typeOf(type: string) {
  const resource = RESOURCES[type];
  if (resource === undefined) throw new Error(`the offline AWS has no resource type ${type}`);
  return { resource, schema: schemaOf(type) };
}

function validate({ type_name, config, client_capabilities }: ValidateRequest): { diagnostics: Diagnostic[] } {
  const { resource, schema } = typeOf(type_name);
  const client = { writeOnlyAllowed: client_capabilities?.write_only_attributes_allowed ?? false };
  const values = decodeObject(config, schema.block) ?? {};
  return { diagnostics: validateResource(type_name, resource, schema.block, values, client) };
}

function importState({ type_name, id }: TypedRequest & { id: string }): object {
  const { resource, schema } = typeOf(type_name);
  try {
    const state = encodeObject(resource.importId(id), schema.block);
    return { imported_resources: [{ type_name, state, private: IMPORTED }] };
  } catch (error) {
    return { diagnostics: [{ severity: "ERROR", summary: messageOf(error) }] };
  }
}

function providerSchemaResponse(): object {
  const schemas = (types: string[], prefix: string) =>
    Object.fromEntries(types.map((type) => [type, schemaMessage(schemaOf(`${prefix}${type}`).block)]));
  return {
    provider: schemaMessage(providerSchema()),
    resource_schemas: schemas(Object.keys(RESOURCES), ""),
    data_source_schemas: schemas(Object.keys(DATA_SOURCES), "data."),
    server_capabilities: CAPABILITIES,
  };
}
