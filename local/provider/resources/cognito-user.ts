import { type Attributes, stringMap, text, type Value } from "../value";
import { fromApi, time } from "./fields";
import { type Context, importByParts, type Resource } from "./resource";

interface UserAnswer {
  readonly UserAttributes?: readonly { readonly Name: string; readonly Value?: string }[];
  readonly Enabled?: boolean;
}

const userKey = (state: Attributes) => ({ UserPoolId: text(state["user_pool_id"]), Username: text(state["username"]) });
const userId = ({ user_pool_id, username }: Attributes): Value => `${text(user_pool_id) ?? ""}/${text(username) ?? ""}`;

export const cognitoUser: Resource = {
  label: "Cognito User",
  fields: {},
  settings: [
    "attributes",
    "client_metadata",
    "desired_delivery_mediums",
    "enabled",
    "force_alias_creation",
    "message_action",
    "password",
    "temporary_password",
    "user_pool_id",
    "username",
    "validation_data",
  ],
  identify: (state) => text(state["user_pool_id"]) ?? "",
  importId: (id) => ({ ...importByParts("user_pool_id/username")(id), id }),

  create: async (context, desired) => {
    const { desired_delivery_mediums, force_alias_creation, message_action, temporary_password } = desired;
    await context.call("cognito-idp", "AdminCreateUser", {
      ...userKey(desired),
      ...present({
        ClientMetadata: desired["client_metadata"],
        DesiredDeliveryMediums: desired_delivery_mediums,
        ForceAliasCreation: force_alias_creation,
        MessageAction: message_action,
        TemporaryPassword: temporary_password,
      }),
      UserAttributes: attributeList(desired["attributes"]),
      ValidationData: attributeList(desired["validation_data"]),
    });
    if (desired["enabled"] === false) await context.call("cognito-idp", "AdminDisableUser", userKey(desired));
    await setPassword(context, desired, "password");
    return { id: userId(desired) };
  },

  read: async ({ call }, state) => {
    const user = await call<UserAnswer>("cognito-idp", "AdminGetUser", userKey(state));
    const { sub, ...attributes } = Object.fromEntries(
      (user.UserAttributes ?? []).map(({ Name, Value = "" }) => [shortName(Name), Value]),
    );
    const decided = {
      creation_date: time("UserCreateDate"),
      last_modified_date: time("UserLastModifiedDate"),
      mfa_setting_list: "UserMFASettingList",
      preferred_mfa_setting: "PreferredMfaSetting",
      status: "UserStatus",
    };
    return {
      ...fromApi(decided, user),
      id: userId(state),
      attributes,
      enabled: user.Enabled ?? true,
      sub: sub ?? null,
    };
  },

  update: async (context, desired, prior) => {
    await updateAttributes(context, desired, prior);
    if (desired["enabled"] !== prior["enabled"]) {
      await context.call(
        "cognito-idp",
        desired["enabled"] === true ? "AdminEnableUser" : "AdminDisableUser",
        userKey(desired),
      );
    }
    for (const name of ["temporary_password", "password"] as const) {
      if (desired[name] !== prior[name]) await setPassword(context, desired, name);
    }
  },

  delete: async ({ call }, state) => {
    await call("cognito-idp", "AdminDeleteUser", userKey(state));
  },
};

async function setPassword(
  { call }: Context,
  desired: Attributes,
  name: "password" | "temporary_password",
): Promise<void> {
  const Password = text(desired[name]);
  if (Password === undefined) return;
  await call("cognito-idp", "AdminSetUserPassword", { ...userKey(desired), Password, Permanent: name === "password" });
}

async function updateAttributes({ call }: Context, desired: Attributes, prior: Attributes): Promise<void> {
  const wanted = stringMap(desired["attributes"]);
  const before = stringMap(prior["attributes"]);
  const changed = Object.fromEntries(Object.entries(wanted).filter(([name, value]) => before[name] !== value));
  const removed = Object.keys(before).filter((name) => !(name in wanted));
  if (Object.keys(changed).length > 0) {
    await call("cognito-idp", "AdminUpdateUserAttributes", {
      ...userKey(desired),
      UserAttributes: attributeList(changed),
    });
  }
  if (removed.length > 0) {
    await call("cognito-idp", "AdminDeleteUserAttributes", {
      ...userKey(desired),
      UserAttributeNames: removed.map(fullName),
    });
  }
}

/** OIDC's standard claims; any other attribute is a custom one. Source: Cognito developer guide, "User attributes". */
const STANDARD = new Set(
  (
    "address birthdate email email_verified family_name gender given_name locale middle_name name nickname phone_number " +
    "phone_number_verified picture preferred_username profile sub updated_at website zoneinfo"
  ).split(" "),
);

const fullName = (name: string) => (STANDARD.has(name) || name.startsWith("custom:") ? name : `custom:${name}`);
const shortName = (name: string) => name.replace(/^(custom|dev):/, "");
const attributeList = (map: Value | undefined) =>
  Object.entries(stringMap(map)).map(([name, Value]) => ({ Name: fullName(name), Value }));

const present = (members: Record<string, Value | undefined>) =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null && value !== undefined));
