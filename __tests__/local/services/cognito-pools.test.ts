import {
  CreateManagedLoginBrandingCommand,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
  CreateUserPoolDomainCommand,
  DeleteUserPoolCommand,
  DeleteUserPoolDomainCommand,
  DescribeUserPoolClientCommand,
  DescribeUserPoolCommand,
  DescribeUserPoolDomainCommand,
  UpdateUserPoolClientCommand,
  UpdateUserPoolCommand,
  UpdateUserPoolDomainCommand,
  type CreateUserPoolClientCommandInput,
  type CreateUserPoolCommandInput,
} from "@aws-sdk/client-cognito-identity-provider";
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

  test("has every standard attribute, completed where only a part of it was given", async () => {
    const id = await pool({ Schema: [{ Name: "email", AttributeDataType: "String", Required: true, Mutable: false }] });

    const attributes = (await describePool(id))?.SchemaAttributes ?? [];

    expect(attributes.filter(({ Name }) => Name === "email")).toEqual([
      {
        ...{ Name: "email", AttributeDataType: "String", Required: true, Mutable: false },
        DeveloperOnlyAttribute: false,
        StringAttributeConstraints: { MinLength: "0", MaxLength: "2048" },
      },
    ]);
    expect(attributes.find(({ Name }) => Name === "email_verified")?.AttributeDataType).toBe("Boolean");
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

  test("is renamed by an update that names it, and by no other", async () => {
    const id = await pool({ PoolName: "before" });
    const rename = (PoolName?: string) => world.client.send(new UpdateUserPoolCommand({ UserPoolId: id, PoolName }));

    await rename("after");
    await rename();

    expect((await describePool(id))?.Name).toBe("after");
    await expect(rename("not/allowed")).rejects.toThrow("poolName must be 1 to 128 characters");
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

  test("is changed by its own pool alone, and not made by a change", async () => {
    const [owner, other] = [await pool(), await pool()];
    await domain(owner, "owned");
    const update = (UserPoolId: string, Domain: string) =>
      world.client.send(new UpdateUserPoolDomainCommand({ UserPoolId, Domain, ManagedLoginVersion: 1 }));

    await expect(update(other, "owned")).rejects.toMatchObject({ name: "InvalidParameterException" });
    await expect(update(owner, "not-there")).rejects.toMatchObject({ name: "InvalidParameterException" });

    await update(owner, "owned");
    const { DomainDescription } = await world.client.send(new DescribeUserPoolDomainCommand({ Domain: "owned" }));
    expect(DomainDescription).toMatchObject({ UserPoolId: owner, ManagedLoginVersion: 1 });
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
    ["client credentials without a secret", "InvalidOAuthFlow", { AllowedOAuthFlows: ["client_credentials"] }],
    [
      "client credentials beside another flow",
      "InvalidOAuthFlow",
      { AllowedOAuthFlows: ["client_credentials", "code"], GenerateSecret: true },
    ],
    ["a scope of no resource server", "ScopeDoesNotExist", { AllowedOAuthScopes: ["n-gateway/read"] }],
    ["OAuth but no flow and no scope", "InvalidParameter", { AllowedOAuthFlowsUserPoolClient: true }],
    ["a name that is empty", "InvalidParameter", { ClientName: "" }],
  ] satisfies [string, string, Partial<CreateUserPoolClientCommandInput>][])(
    "with %s is refused as %s",
    async (_, kind, members) => {
      await expect(client(await pool(), members)).rejects.toMatchObject({ name: `${kind}Exception` });
    },
  );

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
