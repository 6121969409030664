import { randomUUID } from "node:crypto";
import { notFound } from "../../core/errors";
import { type Attributes, differs, elements, text } from "../value";
import { fromApi, toApi } from "./fields";
import { nameOf } from "./names";
import { importBy, importByParts, type Resource } from "./resource";
import { fromTagList, tagList } from "./tags";

const secretFields = { description: "Description", kms_key_id: "KmsKeyId" };
const secretId = (state: Attributes) => ({ SecretId: text(state["id"]) });

interface SecretAnswer {
  readonly ARN: string;
  readonly Name: string;
  readonly DeletedDate?: Date;
  readonly Tags?: unknown;
}

export const secret: Resource = {
  label: "Secrets Manager Secret",
  fields: secretFields,
  settings: ["name", "name_prefix", "recovery_window_in_days", "force_overwrite_replica_secret"],
  identify: (state) => text(state["name"]) ?? "",
  importId: importBy("id"),

  create: async ({ call }, desired, tags) => {
    const Name = nameOf(desired);
    const input = { ...toApi(secretFields, desired), Name, ClientRequestToken: randomUUID() };
    const withTags = Object.keys(tags).length > 0 ? { ...input, Tags: tagList(tags) } : input;
    const { ARN } = await call<SecretAnswer>("secretsmanager", "CreateSecret", withTags);
    return { id: ARN, arn: ARN, name: Name };
  },

  read: async ({ call }, state) => {
    const answer = await call<SecretAnswer>("secretsmanager", "DescribeSecret", secretId(state));
    if (answer.DeletedDate !== undefined) throw notFound("the secret is scheduled for deletion");
    return { ...fromApi(secretFields, answer), arn: answer.ARN, id: answer.ARN, name: answer.Name };
  },

  update: async ({ call }, desired, prior) => {
    if (!differs(desired, prior, ...Object.keys(secretFields))) return;
    const input = { ...toApi(secretFields, desired), Description: desired["description"] ?? "" };
    await call("secretsmanager", "UpdateSecret", { ...secretId(desired), ...input, ClientRequestToken: randomUUID() });
  },

  delete: async ({ call }, state) => {
    const days = state["recovery_window_in_days"];
    const how = days === 0 ? { ForceDeleteWithoutRecovery: true } : { RecoveryWindowInDays: days ?? 30 };
    await call("secretsmanager", "DeleteSecret", { ...secretId(state), ...how });
  },

  tagging: {
    read: async ({ call }, state) => {
      const { Tags } = await call<SecretAnswer>("secretsmanager", "DescribeSecret", secretId(state));
      return fromTagList(Tags);
    },
    add: async ({ call }, state, tags) => {
      await call("secretsmanager", "TagResource", { ...secretId(state), Tags: tagList(tags) });
    },
    remove: async ({ call }, state, TagKeys) => {
      await call("secretsmanager", "UntagResource", { ...secretId(state), TagKeys });
    },
  },
};

const versionKey = (state: Attributes) => ({
  SecretId: text(state["secret_id"]),
  VersionId: text(state["version_id"]),
});

interface VersionAnswer {
  readonly ARN: string;
  readonly VersionId: string;
  readonly VersionStages?: string[];
  readonly SecretString?: string;
}

export const secretVersion: Resource = {
  label: "Secrets Manager Secret Version",
  fields: {},
  settings: ["secret_id", "secret_binary", "secret_string", "secret_string_wo", "secret_string_wo_version"],
  identify: (state) => text(state["id"]) ?? text(state["secret_id"]) ?? "",
  importId: (id) => ({ ...importByParts("secret_id|version_id")(id), id }),

  create: async ({ call }, desired) => {
    const input = {
      SecretId: text(desired["secret_id"]),
      ClientRequestToken: randomUUID(),
      ...toApi({ version_stages: "VersionStages" }, desired),
    };
    const { VersionId } = await call<VersionAnswer>("secretsmanager", "PutSecretValue", {
      ...input,
      ...valueOf(desired),
    });
    return { id: `${input.SecretId ?? ""}|${VersionId}`, version_id: VersionId };
  },

  read: async ({ call }, state) => {
    const answer = await call<VersionAnswer>("secretsmanager", "GetSecretValue", versionKey(state));
    const writeOnly = state["has_secret_string_wo"] === true || state["secret_string_wo_version"] != null;
    return {
      arn: answer.ARN,
      version_id: answer.VersionId,
      version_stages: answer.VersionStages ?? [],
      has_secret_string_wo: writeOnly ? true : null,
      secret_string: writeOnly ? null : (answer.SecretString ?? null),
    };
  },

  // The current version stays until another one, or the secret's deletion, takes its place.
  delete: async ({ call }, state) => {
    for (const stage of elements(state["version_stages"]).filter((each) => each !== "AWSCURRENT")) {
      const { SecretId, VersionId } = versionKey(state);
      await call("secretsmanager", "UpdateSecretVersionStage", {
        SecretId,
        VersionStage: stage,
        RemoveFromVersionId: VersionId,
      });
    }
  },
};

function valueOf(desired: Attributes): object {
  const binary = text(desired["secret_binary"]);
  if (binary !== undefined) return { SecretBinary: new Uint8Array(Buffer.from(binary, "base64")) };
  return { SecretString: text(desired["secret_string_wo"]) ?? text(desired["secret_string"]) };
}
