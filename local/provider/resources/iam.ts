import { type Attributes, differs, text, type Value } from "../value";
import { converted, fromApi, time, toApi } from "./fields";
import { nameOf } from "./names";
import { importBy, importByParts, type Resource } from "./resource";
import { fromTagList, tagList } from "./tags";

/** IAM answers policy documents URL-encoded. */
const document = (member: string) =>
  converted(
    member,
    (value) => value,
    (value) => (typeof value === "string" ? (value.startsWith("%7B") ? decodeURIComponent(value) : value) : null),
  );

const roleFields = {
  assume_role_policy: document("AssumeRolePolicyDocument"),
  description: "Description",
  max_session_duration: "MaxSessionDuration",
  path: "Path",
};

const roleName = (state: Attributes) => ({ RoleName: text(state["name"]) });

export const iamRole: Resource = {
  label: "IAM Role",
  fields: { ...roleFields, permissions_boundary: "PermissionsBoundary" },
  settings: ["name", "name_prefix", "force_detach_policies"],
  identify: (state) => text(state["name"]) ?? "",
  importId: importBy("id", "name"),

  create: async ({ call }, desired, tags) => {
    const RoleName = nameOf(desired);
    const input = { ...toApi(iamRole.fields, desired), RoleName };
    await call("iam", "CreateRole", Object.keys(tags).length > 0 ? { ...input, Tags: tagList(tags) } : input);
    return { id: RoleName, name: RoleName };
  },

  read: async ({ call }, state) => {
    const { Role } = await call<{ Role: object }>("iam", "GetRole", roleName(state));
    const decided = {
      arn: "Arn",
      unique_id: "RoleId",
      create_date: time("CreateDate"),
      name: "RoleName",
      id: "RoleName",
    };
    return {
      ...fromApi(
        { ...roleFields, ...decided, permissions_boundary: "PermissionsBoundary.PermissionsBoundaryArn" },
        Role,
      ),
      managed_policy_arns: [],
    };
  },

  update: async ({ call }, desired, prior) => {
    const { assume_role_policy, description, max_session_duration } = desired;
    if (differs(desired, prior, "assume_role_policy")) {
      await call("iam", "UpdateAssumeRolePolicy", { ...roleName(desired), PolicyDocument: assume_role_policy });
    }
    if (differs(desired, prior, "description", "max_session_duration")) {
      const input = { Description: description ?? "", MaxSessionDuration: max_session_duration };
      await call("iam", "UpdateRole", { ...roleName(desired), ...input });
    }
  },

  delete: async ({ call }, state) => {
    await call("iam", "DeleteRole", roleName(state));
  },

  tagging: {
    read: async ({ call }, state) => {
      const { Role } = await call<{ Role: { Tags?: unknown } }>("iam", "GetRole", roleName(state));
      return fromTagList(Role.Tags);
    },
    add: async ({ call }, state, tags) => {
      await call("iam", "TagRole", { ...roleName(state), Tags: tagList(tags) });
    },
    remove: async ({ call }, state, TagKeys) => {
      await call("iam", "UntagRole", { ...roleName(state), TagKeys });
    },
  },
};

const policyKey = (state: Attributes) => ({ RoleName: text(state["role"]), PolicyName: text(state["name"]) });
const policyId = ({ role, name }: Attributes): Value => `${text(role) ?? ""}:${text(name) ?? ""}`;

export const iamRolePolicy: Resource = {
  label: "IAM Role Policy",
  fields: { policy: document("PolicyDocument") },
  settings: ["role", "name", "name_prefix"],
  identify: (state) => text(policyId(state)) ?? "",
  importId: (id) => ({ id, ...importByParts("role:name")(id) }),

  create: async ({ call }, desired) => {
    const named = { role: desired["role"] ?? null, name: nameOf(desired) };
    await call("iam", "PutRolePolicy", { ...policyKey(named), PolicyDocument: text(desired["policy"]) });
    return { id: policyId(named), name: named.name };
  },

  read: async ({ call }, state) => {
    const answer = await call<object>("iam", "GetRolePolicy", policyKey(state));
    return { ...fromApi(iamRolePolicy.fields, answer), id: policyId(state) };
  },

  update: async ({ call }, desired) => {
    await call("iam", "PutRolePolicy", { ...policyKey(desired), PolicyDocument: text(desired["policy"]) });
  },

  delete: async ({ call }, state) => {
    await call("iam", "DeleteRolePolicy", policyKey(state));
  },
};
