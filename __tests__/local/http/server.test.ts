import { once } from "node:events";
import { request, type IncomingMessage } from "node:http";
import { CognitoIdentityProviderClient, ListUserPoolClientsCommand } from "@aws-sdk/client-cognito-identity-provider";
import { GetParameterCommand, PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { roleFor, started, type Started } from "../services/world";

let world: Started;
beforeAll(async () => (world = await started()));
afterAll(() => world.aws.close());

describe("who asks", () => {
  test("STS answers the account and the caller in XML", async () => {
    const sts = new STSClient(world.configuration);

    expect(await sts.send(new GetCallerIdentityCommand({}))).toMatchObject({
      Account: "111122223333",
      Arn: "arn:aws:iam::111122223333:user/platform-engineer",
    });
  });

  test("credentials of an assumed role are that role's session, on every service", async () => {
    const RoleArn = await roleFor(world, "deployer", { AWS: "arn:aws:iam::111122223333:root" });
    const sts = new STSClient(world.configuration);
    const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: "pipeline" }));
    const credentials = {
      accessKeyId: Credentials?.AccessKeyId ?? "",
      secretAccessKey: Credentials?.SecretAccessKey ?? "",
      sessionToken: Credentials?.SessionToken,
    };

    const ssm = new SSMClient({ ...world.configuration, credentials });
    await ssm.send(new PutParameterCommand({ Name: "/n/by-role", Value: "x", Type: "String" }));

    const { Arn } = await new STSClient({ ...world.configuration, credentials }).send(new GetCallerIdentityCommand({}));
    expect(Arn).toBe("arn:aws:sts::111122223333:assumed-role/deployer/pipeline");
    expect(world.aws.events.calls("PutParameter").at(-1)).toMatchObject({ caller: Arn, resource: "/n/by-role" });
  });

  test("temporary credentials without their session token are refused", async () => {
    const RoleArn = await roleFor(world, "tokenless", { AWS: "111122223333" });
    const sts = new STSClient(world.configuration);
    const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: "pipeline" }));
    const credentials = {
      accessKeyId: Credentials?.AccessKeyId ?? "",
      secretAccessKey: Credentials?.SecretAccessKey ?? "",
    };
    const ssm = new SSMClient({ ...world.configuration, credentials });

    await expect(ssm.send(new GetParameterCommand({ Name: "/n/x" }))).rejects.toMatchObject({
      name: "UnrecognizedClientException",
    });
  });

  test("a role that trusts a service alone cannot be assumed by a person", async () => {
    const RoleArn = await roleFor(world, "for-lambda");
    const sts = new STSClient(world.configuration);

    await expect(sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: "me" }))).rejects.toMatchObject({
      name: "AccessDenied",
    });
  });
});

describe("whom a web page in a browser here can make ask", () => {
  const statusOf = async (path: string, headers: Record<string, string>) => {
    const asking = request(new URL(path, world.aws.endpoint), { headers });
    asking.end();
    const [response] = (await once(asking, "response")) as [IncomingMessage];
    response.resume();
    return response.statusCode;
  };
  const PATHS = ["/", "/_offline/events", "/gateways/n/mcp", "/domains/n/oauth2/token"];

  test.each([
    ["another host's name that resolves to this machine", { host: "evil.example:8000" }],
    ["one that begins like this machine's", { host: "localhost.evil.example" }],
    ["a page of another host", { origin: "https://evil.example" }],
    ["a page without an origin", { origin: "null" }],
  ])("%s is refused on every path", async (_, headers) => {
    for (const path of PATHS) expect([path, await statusOf(path, headers)]).toEqual([path, 421]);
  });

  test.each([
    ["this machine by its other name", { host: "localhost:8000" }],
    ["a page of this machine's", { origin: "http://localhost:3000" }],
  ])("%s is answered", async (_, headers) => {
    expect(await statusOf("/_offline/events", headers)).toBe(200);
  });

  test("the key that opens everything is another one after every start", async () => {
    const other = await started();
    await other.aws.close();
    const keys = [world, other].map(({ aws }) => aws.environment().AWS_SECRET_ACCESS_KEY);
    expect(keys[0]).toMatch(/^[a-z0-9]{40}$/);
    expect(keys[0]).not.toBe(keys[1]);
  });
});

describe("what is asked", () => {
  test("a body without end is refused while it is still being sent", async () => {
    const { aws } = world;
    const url = new URL(`${aws.endpoint}/domains/n/oauth2/token`);
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    const sending = request(url, { method: "POST", headers });
    const answered = once(sending, "response") as Promise<[IncomingMessage]>;
    sending.on("error", () => undefined);

    sending.write(Buffer.alloc(1024 * 1024 + 1, "a"));

    const [response] = await answered;
    expect(response.statusCode).toBe(400);
    expect(sending.writableEnded).toBe(false);
    sending.destroy();
  });

  test("an error of a service reaches the SDK as its exception", async () => {
    const cognito = new CognitoIdentityProviderClient(world.configuration);

    await expect(cognito.send(new ListUserPoolClientsCommand({ UserPoolId: "us-east-1_x" }))).rejects.toMatchObject({
      name: "ResourceNotFoundException",
      $metadata: { httpStatusCode: 400 },
    });
  });

  test("a failure inside says nothing of itself", async () => {
    world.aws.intercept = () => {
      throw new Error("at /some/file with secret-value");
    };
    const ssm = new SSMClient(world.configuration);

    const failure = await ssm.send(new GetParameterCommand({ Name: "/n/x" })).catch((error: unknown) => error);
    world.aws.intercept = undefined;

    expect(failure).toMatchObject({ $metadata: { httpStatusCode: 500 } });
    expect(String(failure)).not.toContain("secret-value");
  });
});

test("the event log can be read over HTTP, and holds no value", async () => {
  const ssm = new SSMClient(world.configuration);
  await ssm.send(new PutParameterCommand({ Name: "/n/logged", Value: "the-value", Type: "String" }));

  const text = await (await fetch(`${world.aws.endpoint}/_offline/events`)).text();

  expect(text).toContain("/n/logged");
  expect(text).not.toContain("the-value");
});
