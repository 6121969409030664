import {
  AdminCreateUserCommand,
  AdminDeleteUserAttributesCommand,
  AdminDisableUserCommand,
  AdminGetUserCommand,
  AdminSetUserPasswordCommand,
  AdminUpdateUserAttributesCommand,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
  InitiateAuthCommand,
  type CreateUserPoolClientCommandInput,
  type CreateUserPoolCommandInput,
} from "@aws-sdk/client-cognito-identity-provider";
import { decodeJwt } from "jose";
import { cognitoWorld } from "./cognito-world";

let world: Awaited<ReturnType<typeof cognitoWorld>>;
beforeAll(async () => (world = await cognitoWorld()));
afterAll(() => world.aws.close());

async function pool(members: Partial<CreateUserPoolCommandInput> = {}): Promise<string> {
  const { UserPool } = await world.client.send(new CreateUserPoolCommand({ PoolName: "n", ...members }));
  return UserPool?.Id ?? "";
}
const client = async (UserPoolId: string, members: Partial<CreateUserPoolClientCommandInput> = {}) =>
  (await world.client.send(new CreateUserPoolClientCommand({ UserPoolId, ClientName: "c", ...members })))
    .UserPoolClient;

describe("a user", () => {
  const Username = "ann@example.com";
  const signIn = (ClientId = "", PASSWORD = "Right-1234") =>
    world.client.send(
      new InitiateAuthCommand({
        AuthFlow: "USER_PASSWORD_AUTH",
        ClientId,
        AuthParameters: { USERNAME: Username, PASSWORD },
      }),
    );

  async function withUser(Permanent = true) {
    const UserPoolId = await pool({ UsernameAttributes: ["email"] });
    const { ClientId } = (await client(UserPoolId, { ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH"] })) ?? {};
    const { User } = await world.client.send(new AdminCreateUserCommand({ UserPoolId, Username }));
    const Password = "Right-1234";
    await world.client.send(new AdminSetUserPasswordCommand({ UserPoolId, Username, Password, Permanent }));
    return { UserPoolId, ClientId, sub: User?.Username ?? "" };
  }

  test("who signs in by e-mail is found by e-mail and by sub", async () => {
    const { UserPoolId, sub } = await withUser();

    for (const name of [Username, sub]) {
      const user = await world.client.send(new AdminGetUserCommand({ UserPoolId, Username: name }));
      expect(user).toMatchObject({ Username: sub, UserStatus: "CONFIRMED", Enabled: true });
      expect(user.UserAttributes).toEqual(expect.arrayContaining([{ Name: "email", Value: Username }]));
    }
    await expect(world.client.send(new AdminCreateUserCommand({ UserPoolId, Username }))).rejects.toMatchObject({
      name: "UsernameExistsException",
    });
  });

  test.each(["", `${"a".repeat(117)}@example.com`, "two words@example.com"])("may not be called %j", async (name) => {
    const UserPoolId = await pool({ UsernameAttributes: ["email"] });
    const asked = world.client.send(new AdminCreateUserCommand({ UserPoolId, Username: name }));

    await expect(asked).rejects.toMatchObject({ name: "InvalidParameterException" });
  });

  test("gets an access token and an id token with their password", async () => {
    const { ClientId, sub } = await withUser();

    const { AuthenticationResult } = await signIn(ClientId);

    expect(decodeJwt(AuthenticationResult?.AccessToken ?? "")).toMatchObject({
      sub,
      client_id: ClientId,
      token_use: "access",
    });
    expect(decodeJwt(AuthenticationResult?.IdToken ?? "")).toMatchObject({ sub, aud: ClientId, token_use: "id" });
  });

  test("gets none with another password, when disabled, or before choosing a password", async () => {
    const { ClientId, UserPoolId } = await withUser();
    await expect(signIn(ClientId, "wrong")).rejects.toMatchObject({ name: "NotAuthorizedException" });

    await world.client.send(new AdminDisableUserCommand({ UserPoolId, Username }));
    await expect(signIn(ClientId)).rejects.toMatchObject({ name: "NotAuthorizedException" });

    const unchanged = await withUser(false);
    expect(await signIn(unchanged.ClientId)).toMatchObject({ ChallengeName: "NEW_PASSWORD_REQUIRED" });
  });

  test("gets none through a client that does not offer the flow", async () => {
    const { UserPoolId } = await withUser();
    const other = await client(UserPoolId);

    await expect(signIn(other?.ClientId)).rejects.toMatchObject({ name: "InvalidParameterException" });
  });

  test.each(["Aa-1567", "lower-123", "UPPER-123", "No-digits", "NoSymbol1"])(
    "cannot choose the password %s, which the pool's policy forbids",
    async (Password) => {
      const { UserPoolId, ClientId } = await withUser();

      const choice = world.client.send(new AdminSetUserPasswordCommand({ UserPoolId, Username, Password }));

      await expect(choice).rejects.toMatchObject({
        name: "InvalidPasswordException",
        message: expect.not.stringContaining(Password),
      });
      expect(await signIn(ClientId)).toHaveProperty("AuthenticationResult");
    },
  );

  test("keeps attributes that are immutable or required, and is not made without the required ones", async () => {
    const Schema = [
      { Name: "email", Required: true, Mutable: false },
      { Name: "name", Required: true, Mutable: true },
    ];
    const UserPoolId = await pool({ UsernameAttributes: ["email"], Schema });
    const user = { UserPoolId, Username };
    const name = { Name: "name", Value: "Ann" };
    const refused = { name: "InvalidParameterException" };

    await expect(world.client.send(new AdminCreateUserCommand(user))).rejects.toMatchObject(refused);
    await world.client.send(new AdminCreateUserCommand({ ...user, UserAttributes: [name] }));
    const update = (Name: string) =>
      new AdminUpdateUserAttributesCommand({ ...user, UserAttributes: [{ Name, Value: "other@example.com" }] });
    await expect(world.client.send(update("email"))).rejects.toMatchObject(refused);
    await world.client.send(update("name"));
    const without = new AdminDeleteUserAttributesCommand({ ...user, UserAttributeNames: ["name"] });
    await expect(world.client.send(without)).rejects.toMatchObject(refused);
  });

  test("is in the event log without name, e-mail and password", async () => {
    const { ClientId, sub } = await withUser();
    await signIn(ClientId);

    const log = JSON.stringify(world.aws.events.all());

    for (const text of [Username, sub, "Right-1234"]) expect(log).not.toContain(text);
  });
});
