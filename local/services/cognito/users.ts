import { randomUUID } from "node:crypto";
import { AwsError } from "../../core/errors";
import type { Environment } from "../../core/service";
import type { Pool, Pools, User } from "./pool";
import { invalidParameter } from "./pool";
import { checkDeletable, checkMutable, checkPassword, checkRequired } from "./schema";

interface Attribute {
  readonly Name: string;
  readonly Value?: string;
}

interface UserInput {
  readonly UserPoolId: string;
  readonly Username: string;
  readonly UserAttributes?: Attribute[];
  readonly UserAttributeNames?: string[];
  readonly TemporaryPassword?: string;
  readonly Password?: string;
  readonly Permanent?: boolean;
}

/** AdminCreateUser and its kin. Passwords appear in no answer and no event. */
export const userOperations = (pools: Pools, environment: Environment) => ({
  AdminCreateUser: ({ UserPoolId, Username, UserAttributes = [], TemporaryPassword }: UserInput) => {
    const pool = pools.find(UserPoolId);
    if (!/^[\p{L}\p{M}\p{S}\p{N}\p{P}]{1,128}$/u.test(Username))
      throw invalidParameter("username must be 1 to 128 letters, marks, symbols, digits and punctuation");
    if (lookUp(pool, Username)) throw new AwsError("UsernameExistsException", "User account already exists");
    const byEmail = pool.description.UsernameAttributes?.includes("email") ?? false;
    if (byEmail && !Username.includes("@")) throw invalidParameter("Username should be an email.");
    const attributes = new Map(UserAttributes.map(({ Name, Value = "" }) => [Name, Value]));
    if (byEmail && !attributes.has("email")) attributes.set("email", Username);
    checkRequired(pool, attributes);
    if (TemporaryPassword !== undefined) checkPassword(pool, TemporaryPassword);
    const sub = randomUUID();
    const user: User = {
      sub,
      attributes,
      created: new Date(),
      status: "FORCE_CHANGE_PASSWORD",
      enabled: true,
      password: TemporaryPassword,
    };
    // With sign-in by e-mail Cognito makes the sub the user's name.
    pool.users.set(byEmail ? sub : Username, user);
    environment.events.record({
      kind: "change",
      type: "user",
      id: `${UserPoolId}/${sub.slice(0, 4)}…`,
      state: { status: user.status },
    });
    return { User: { ...describe(pool, user), Attributes: attributesOf(user) } };
  },
  AdminGetUser: ({ UserPoolId, Username }: UserInput) => {
    const pool = pools.find(UserPoolId);
    const user = find(pool, Username);
    return { ...describe(pool, user), UserAttributes: attributesOf(user) };
  },
  AdminUpdateUserAttributes: ({ UserPoolId, Username, UserAttributes = [] }: UserInput) => {
    const pool = pools.find(UserPoolId);
    const { attributes } = find(pool, Username);
    checkMutable(
      pool,
      UserAttributes.map(({ Name }) => Name),
    );
    for (const { Name, Value = "" } of UserAttributes) attributes.set(Name, Value);
    return {};
  },
  AdminDeleteUserAttributes: ({ UserPoolId, Username, UserAttributeNames = [] }: UserInput) => {
    const pool = pools.find(UserPoolId);
    const { attributes } = find(pool, Username);
    checkDeletable(pool, UserAttributeNames);
    for (const name of UserAttributeNames) attributes.delete(name);
    return {};
  },
  AdminSetUserPassword: ({ UserPoolId, Username, Password = "", Permanent }: UserInput) => {
    const pool = pools.find(UserPoolId);
    const user = find(pool, Username);
    checkPassword(pool, Password);
    Object.assign(user, { password: Password, status: Permanent ? "CONFIRMED" : "FORCE_CHANGE_PASSWORD" });
    return {};
  },
  AdminEnableUser: ({ UserPoolId, Username }: UserInput) => {
    find(pools.find(UserPoolId), Username).enabled = true;
    return {};
  },
  AdminDisableUser: ({ UserPoolId, Username }: UserInput) => {
    find(pools.find(UserPoolId), Username).enabled = false;
    return {};
  },
  AdminDeleteUser: ({ UserPoolId, Username }: UserInput) => {
    const pool = pools.find(UserPoolId);
    pool.users.delete(nameOf(pool, find(pool, Username)));
    return {};
  },
});

/** By name, by sub, and by e-mail where users sign in with it. */
export function lookUp(pool: Pool, name: string): User | undefined {
  const byEmail = pool.description.UsernameAttributes?.includes("email");
  return (
    pool.users.get(name) ??
    [...pool.users.values()].find(
      ({ sub, attributes }) => sub === name || (byEmail && attributes.get("email") === name),
    )
  );
}

function find(pool: Pool, name: string): User {
  const user = lookUp(pool, name);
  if (!user) throw new AwsError("UserNotFoundException", "User does not exist.");
  return user;
}

export const nameOf = (pool: Pool, user: User) => [...pool.users].find(([, one]) => one === user)?.[0] ?? user.sub;

const attributesOf = ({ sub, attributes }: User) => [
  { Name: "sub", Value: sub },
  ...[...attributes].map(([Name, Value]) => ({ Name, Value })),
];

const describe = (pool: Pool, user: User) => ({
  Username: nameOf(pool, user),
  UserCreateDate: user.created,
  UserLastModifiedDate: user.created,
  Enabled: user.enabled,
  UserStatus: user.status,
});
