import { type Attributes, text } from "../value";
import { fromApi, toApi } from "./fields";
import { type Context, importBy, type Resource } from "./resource";
import { fromTagList, tagList } from "./tags";

const settable = {
  allowed_pattern: "AllowedPattern",
  data_type: "DataType",
  description: "Description",
  key_id: "KeyId",
  name: "Name",
  tier: "Tier",
  type: "Type",
};

interface ParameterAnswer {
  readonly Parameter: { readonly Value: string; readonly Type: string };
}

export const ssmParameter: Resource = {
  label: "SSM Parameter",
  fields: settable,
  settings: ["arn", "insecure_value", "overwrite", "value", "value_wo", "value_wo_version"],
  identify: (state) => text(state["name"]) ?? "",
  importId: importBy("id", "name"),

  create: async ({ call }, desired, tags) => {
    const overwrite = desired["overwrite"] === true;
    // PutParameter takes tags only for a new parameter.
    const input = { ...toApi(settable, desired), Value: valueOf(desired), Overwrite: overwrite };
    await call("ssm", "PutParameter", overwrite ? input : { ...input, Tags: tagList(tags) });
    if (overwrite && Object.keys(tags).length > 0) await addTags(call, desired, tags);
    return { id: desired["name"] ?? null };
  },

  read: async ({ call }, state) => {
    const name = text(state["name"]);
    const { Parameter } = await call<ParameterAnswer>("ssm", "GetParameter", { Name: name, WithDecryption: true });
    const { Parameters } = await call<{ Parameters: object[] }>("ssm", "DescribeParameters", {
      ParameterFilters: [{ Key: "Name", Option: "Equals", Values: [name] }],
    });
    const insecure = text(state["insecure_value"]) !== undefined && Parameter.Type !== "SecureString";
    const writeOnly = state["has_value_wo"] === true || state["value_wo_version"] != null;
    return {
      ...fromApi(settable, Parameters[0] ?? {}),
      ...fromApi({ arn: "ARN", name: "Name", type: "Type", version: "Version" }, Parameter),
      id: name ?? null,
      has_value_wo: writeOnly ? true : null,
      insecure_value: insecure ? Parameter.Value : null,
      value: insecure || writeOnly ? null : Parameter.Value,
    };
  },

  update: async ({ call }, desired) => {
    await call("ssm", "PutParameter", { ...toApi(settable, desired), Value: valueOf(desired), Overwrite: true });
  },

  delete: async ({ call }, state) => {
    await call("ssm", "DeleteParameter", { Name: text(state["name"]) });
  },

  adjustPlan: ({ config, planned, changed, replaceFor }) => {
    if (changed("insecure_value")) planned["value"] = config["value"] ?? null;
    if (changed("value")) planned["insecure_value"] = config["insecure_value"] ?? null;
    if (changed("tier") && planned["tier"] === "Standard") replaceFor("tier");
  },

  tagging: {
    read: async ({ call }, state) => {
      const answer = await call<{ TagList: unknown }>("ssm", "ListTagsForResource", tagged(state));
      return fromTagList(answer.TagList);
    },
    add: ({ call }, state, tags) => addTags(call, state, tags),
    remove: async ({ call }, state, keys) => {
      await call("ssm", "RemoveTagsFromResource", { ...tagged(state), TagKeys: keys });
    },
  },
};

const tagged = (state: Attributes) => ({ ResourceType: "Parameter", ResourceId: text(state["name"]) });

async function addTags(call: Context["call"], state: Attributes, tags: Record<string, string>): Promise<void> {
  await call("ssm", "AddTagsToResource", { ...tagged(state), Tags: tagList(tags) });
}

const valueOf = (desired: Attributes) =>
  text(desired["value_wo"]) ?? text(desired["insecure_value"]) ?? text(desired["value"]);
