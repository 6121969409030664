import {
  AdminCreateUserCommand,
  AdminDisableUserCommand,
  AdminGetUserCommand,
  AdminSetUserPasswordCommand,
  CreateManagedLoginBrandingCommand,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
  CreateUserPoolDomainCommand,
  DeleteUserPoolCommand,
  DeleteUserPoolDomainCommand,
  DescribeUserPoolClientCommand,
  DescribeUserPoolCommand,
  DescribeUserPoolDomainCommand,
  InitiateAuthCommand,
  UpdateUserPoolClientCommand,
  UpdateUserPoolCommand,
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
const describePool = async (UserPoolId: string) =>
  (await world.client.send(new DescribeUserPoolCommand({ UserPoolId }))).UserPool;
const domain = (UserPoolId: string, Domain: string) =>
  world.client.send(new CreateUserPoolDomainCommand({ UserPoolId, Domain, ManagedLoginVersion: 2 }));
const client = async (UserPoolId: string, members: Partial<CreateUserPoolClientCommandInput> = {}) =>
  (await world.client.send(new CreateUserPoolClientCommand({ UserPoolId, ClientName: "c", ...members })))
    .UserPoolClient;

describe("a user pool", () => {
  test("is described with what was given and Cognito's defaults", async () => {
    const id = await pool({ UsernameAttributes: ["email"], UserPoolTags: { Project: "n" } });

    expect(id).toMatch(/^us-east-1_[a-zA-Z0-9]{9}$/);
    expect(await describePool(id)).toMatchObject({
      Arn: `arn:aws:cognito-idp:us-east-1:111122223333:userpool/${id}`,
      UserPoolTier: "ESSENTIALS",
      DeletionProtection: "INACTIVE",
      UsernameAttributes: ["email"],
      UserPoolTags: { Project: "n" },
      Policies: { PasswordPolicy: { MinimumLength: 8 } },
    });
  });

  test("loses on an update what the update leaves out", async () => {
    const LambdaConfig = {
      PreTokenGenerationConfig: { LambdaArn: "arn:aws:lambda:x", LambdaVersion: "V3_0" },
    } as const;
    const id = await pool({ LambdaConfig });

    await world.client.send(new UpdateUserPoolCommand({ UserPoolId: id, UserPoolTier: "PLUS" }));

    const described = await describePool(id);
    expect(described?.UserPoolTier).toBe("PLUS");
    expect(described?.LambdaConfig?.PreTokenGenerationConfig).toBeUndefined();
  });

  test("with deletion protection, or with a domain, is not deleted", async () => {
    const [isProtected, withDomain] = [await pool({ DeletionProtection: "ACTIVE" }), await pool()];
    await domain(withDomain, "in-the-way");

    for (const UserPoolId of [isProtected, withDomain])
      await expect(world.client.send(new DeleteUserPoolCommand({ UserPoolId }))).rejects.toMatchObject({
        name: "InvalidParameterException",
      });

    await world.client.send(new DeleteUserPoolDomainCommand({ UserPoolId: withDomain, Domain: "in-the-way" }));
    await world.client.send(new DeleteUserPoolCommand({ UserPoolId: withDomain }));
    await expect(describePool(withDomain)).rejects.toMatchObject({ name: "ResourceNotFoundException" });
  });

  test("of the Lite tier takes no trigger for machine tokens", async () => {
    const LambdaConfig = {
      PreTokenGenerationConfig: { LambdaArn: "arn:aws:lambda:x", LambdaVersion: "V3_0" },
    } as const;

    await expect(pool({ UserPoolTier: "LITE", LambdaConfig })).rejects.toMatchObject({
      name: "InvalidParameterException",
    });
  });
});

describe("a domain", () => {
  test.each(["aws-n", "my-cognito", "amazonian", "Upper", "-n", "n-", "n_n", "x".repeat(64)])(
    "%s is refused",
    async (name) => {
      await expect(domain(await pool(), name)).rejects.toMatchObject({ name: "InvalidParameterException" });
    },
  );

  test("belongs to one pool, and a pool has one", async () => {
    const first = await pool();
    await domain(first, "taken");

    await expect(domain(await pool(), "taken")).rejects.toMatchObject({ name: "InvalidParameterException" });
    await expect(domain(first, "second")).rejects.toMatchObject({ name: "InvalidParameterException" });
  });

  test("that nobody has is answered with an empty description", async () => {
    const { DomainDescription } = await world.client.send(new DescribeUserPoolDomainCommand({ Domain: "nobodys" }));

    expect(DomainDescription).toEqual({});
  });

  test("comes before branding, and a client has one branding", async () => {
    const UserPoolId = await pool();
    const { ClientId } = (await client(UserPoolId)) ?? {};
    const brand = () =>
      world.client.send(
        new CreateManagedLoginBrandingCommand({ UserPoolId, ClientId, UseCognitoProvidedValues: true }),
      );

    await expect(brand()).rejects.toMatchObject({ name: "InternalErrorException" });
    await domain(UserPoolId, "branded");
    expect((await brand()).ManagedLoginBranding).toMatchObject({ UserPoolId, UseCognitoProvidedValues: true });
    await expect(brand()).rejects.toMatchObject({ name: "ManagedLoginBrandingExistsException" });
  });
});

describe("a client", () => {
  test.each([
    ["client credentials without a secret", { AllowedOAuthFlows: ["client_credentials"] }],
    [
      "client credentials beside another flow",
      { AllowedOAuthFlows: ["client_credentials", "code"], GenerateSecret: true },
    ],
    ["a scope of no resource server", { AllowedOAuthScopes: ["n-gateway/read"] }],
  ] satisfies [string, Partial<CreateUserPoolClientCommandInput>][])("with %s is refused", async (_, members) => {
    await expect(client(await pool(), members)).rejects.toMatchObject({ name: /InvalidParameter|ScopeDoesNotExist/ });
  });

  test("keeps its secret on an update, and loses what is left out", async () => {
    const UserPoolId = await pool();
    const before = await client(UserPoolId, {
      AllowedOAuthFlows: ["code"],
      AllowedOAuthScopes: ["openid"],
      GenerateSecret: true,
    });
    const { ClientId } = before ?? {};

    await world.client.send(new UpdateUserPoolClientCommand({ UserPoolId, ClientId }));

    const { UserPoolClient } = await world.client.send(new DescribeUserPoolClientCommand({ UserPoolId, ClientId }));
    expect(UserPoolClient?.ClientSecret).toBe(before?.ClientSecret);
    expect(UserPoolClient?.ClientSecret).toMatch(/^[a-z0-9]{51}$/);
    expect(UserPoolClient?.AllowedOAuthFlows).toBeUndefined();
    expect(UserPoolClient?.ClientName).toBe("c");
  });
});

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

  test("is in the event log without name, e-mail and password", async () => {
    const { ClientId, sub } = await withUser();
    await signIn(ClientId);

    const log = JSON.stringify(world.aws.events.all());

    for (const text of [Username, sub, "Right-1234"]) expect(log).not.toContain(text);
  });
});
