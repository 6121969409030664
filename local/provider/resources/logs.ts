import { notFound } from "../../core/errors";
import { type Attributes, blocksOf, isAttributes, isUnknown, text } from "../value";
import { block, fromApi, toApi } from "./fields";
import { nameOf } from "./names";
import { type Context, importBy, type Resource } from "./resource";
import { taggedByArn } from "./tags";

const tagging = taggedByArn({ service: "logs", arn: "arn", member: "resourceArn", tags: "tags", keys: "tagKeys" });

const groupFields = { kms_key_id: "kmsKeyId", log_group_class: "logGroupClass" };
const groupName = (state: Attributes) => ({ logGroupName: text(state["name"]) });

interface LogGroup {
  readonly logGroupName: string;
  readonly arn: string;
  readonly retentionInDays?: number;
  readonly logGroupClass?: string;
}

export const logGroup: Resource = {
  label: "CloudWatch Logs Log Group",
  fields: groupFields,
  settings: ["name", "name_prefix", "retention_in_days", "skip_destroy"],
  identify: (state) => text(state["name"]) ?? "",
  importId: importBy("id", "name"),

  create: async (context, desired, tags) => {
    const name = nameOf(desired);
    await context.call("logs", "CreateLogGroup", {
      ...toApi(groupFields, desired),
      logGroupName: name,
      ...withTags(tags),
    });
    if (desired["retention_in_days"] !== 0) await putRetention(context, { ...desired, name });
    return { id: name, name };
  },

  read: async ({ call }, state) => {
    const { logGroups } = await call<{ logGroups: LogGroup[] }>("logs", "DescribeLogGroups", {
      logGroupNamePrefix: text(state["name"]),
    });
    const group = logGroups.find(({ logGroupName }) => logGroupName === state["name"]);
    if (group === undefined) throw notFound("The specified log group does not exist.");
    return {
      ...fromApi(groupFields, { logGroupClass: "STANDARD", ...group }),
      // The provider leaves out the `:*` that stands for the group's streams.
      arn: group.arn.replace(/:\*$/, ""),
      deletion_protection_enabled: false,
      id: group.logGroupName,
      name: group.logGroupName,
      retention_in_days: group.retentionInDays ?? 0,
    };
  },

  update: async (context, desired, prior) => {
    if (desired["retention_in_days"] === prior["retention_in_days"]) return;
    if (desired["retention_in_days"] === 0) await context.call("logs", "DeleteRetentionPolicy", groupName(desired));
    else await putRetention(context, desired);
  },

  delete: async ({ call }, state) => {
    if (state["skip_destroy"] !== true) await call("logs", "DeleteLogGroup", groupName(state));
  },
  tagging,
};

async function putRetention({ call }: Context, desired: Attributes): Promise<void> {
  await call("logs", "PutRetentionPolicy", { ...groupName(desired), retentionInDays: desired["retention_in_days"] });
}

const sourceFields = { log_type: "logType", name: "name", resource_arn: "resourceArn" };
const byName = (state: Attributes) => ({ name: text(state["name"]) });

export const logDeliverySource: Resource = {
  label: "CloudWatch Logs Delivery Source",
  fields: sourceFields,
  identify: (state) => text(state["name"]) ?? "",
  importId: importBy("name"),

  create: async ({ call }, desired, tags) => {
    await call("logs", "PutDeliverySource", { ...toApi(sourceFields, desired), ...withTags(tags) });
    return { name: desired["name"] ?? null };
  },

  read: async ({ call }, state) => {
    const { deliverySource } = await call<{ deliverySource: { resourceArns?: string[] } }>(
      "logs",
      "GetDeliverySource",
      byName(state),
    );
    const read = fromApi({ arn: "arn", log_type: "logType", name: "name", service: "service" }, deliverySource);
    return { ...read, resource_arn: deliverySource.resourceArns?.[0] ?? null };
  },

  delete: async ({ call }, state) => {
    await call("logs", "DeleteDeliverySource", byName(state));
  },
  tagging,
};

const destinationFields = {
  delivery_destination_configuration: block("deliveryDestinationConfiguration", {
    destination_resource_arn: "destinationResourceArn",
  }),
  delivery_destination_type: "deliveryDestinationType",
  name: "name",
  output_format: "outputFormat",
};

export const logDeliveryDestination: Resource = {
  label: "CloudWatch Logs Delivery Destination",
  fields: destinationFields,
  identify: (state) => text(state["name"]) ?? "",
  importId: importBy("name"),

  create: async ({ call }, desired, tags) => {
    await call("logs", "PutDeliveryDestination", { ...toApi(destinationFields, desired), ...withTags(tags) });
    return { name: desired["name"] ?? null };
  },

  read: async ({ call }, state) => {
    const { deliveryDestination } = await call<{ deliveryDestination: object }>(
      "logs",
      "GetDeliveryDestination",
      byName(state),
    );
    const read = fromApi({ ...destinationFields, arn: "arn" }, deliveryDestination);
    // A destination without a resource, such as X-Ray, is answered with an empty configuration.
    const [configuration] = Array.isArray(read["delivery_destination_configuration"])
      ? read["delivery_destination_configuration"]
      : [];
    const isSet = isAttributes(configuration) && configuration["destination_resource_arn"] !== null;
    return isSet ? read : { ...read, delivery_destination_configuration: [] };
  },

  update: async ({ call }, desired) => {
    await call("logs", "PutDeliveryDestination", toApi(destinationFields, desired));
  },

  delete: async ({ call }, state) => {
    await call("logs", "DeleteDeliveryDestination", byName(state));
  },

  adjustPlan: ({ prior, planned, replaceFor }) => {
    if (serviceOf(planned) !== serviceOf(prior)) replaceFor("delivery_destination_configuration");
  },
  tagging,
};

/** The service whose resource receives the logs: a destination cannot move to another, nor to one that is not known. */
function serviceOf(attributes: Attributes): string | undefined {
  const [configuration] = blocksOf(attributes["delivery_destination_configuration"]);
  const arn = configuration?.["destination_resource_arn"] ?? null;
  return isUnknown(arn) ? "unknown" : text(arn)?.split(":")[2];
}

const deliveryFields = {
  delivery_destination_arn: "deliveryDestinationArn",
  delivery_source_name: "deliverySourceName",
  field_delimiter: "fieldDelimiter",
  record_fields: "recordFields",
};
const byId = (state: Attributes) => ({ id: text(state["id"]) });

export const logDelivery: Resource = {
  label: "CloudWatch Logs Delivery",
  fields: deliveryFields,
  identify: (state) => text(state["id"]) ?? text(state["delivery_source_name"]) ?? "",
  importId: importBy("id"),

  create: async ({ call }, desired, tags) => {
    const input = { ...toApi(deliveryFields, desired), ...withTags(tags) };
    const { delivery } = await call<{ delivery: { id: string } }>("logs", "CreateDelivery", input);
    return { id: delivery.id };
  },

  read: async ({ call }, state) => {
    const { delivery } = await call<{ delivery: object }>("logs", "GetDelivery", byId(state));
    return fromApi({ ...deliveryFields, arn: "arn", id: "id" }, delivery);
  },

  update: async ({ call }, desired) => {
    const { recordFields, fieldDelimiter } = toApi(deliveryFields, desired);
    await call("logs", "UpdateDeliveryConfiguration", { ...byId(desired), recordFields, fieldDelimiter });
  },

  delete: async ({ call }, state) => {
    await call("logs", "DeleteDelivery", byId(state));
  },
  tagging,
};

const withTags = (tags: Record<string, string>) => (Object.keys(tags).length > 0 ? { tags } : {});
