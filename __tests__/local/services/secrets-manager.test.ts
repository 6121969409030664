import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  RestoreSecretCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { started, type Started } from "./world";

let world: Started;
let client: SecretsManagerClient;
beforeAll(async () => {
  world = await started();
  client = new SecretsManagerClient(world.configuration);
});
afterAll(() => world.aws.close());

const create = (Name: string, SecretString?: string) => client.send(new CreateSecretCommand({ Name, SecretString }));
const value = async (SecretId: string, VersionStage?: string) =>
  (await client.send(new GetSecretValueCommand({ SecretId, VersionStage }))).SecretString;

test("a new value becomes current and the one before it previous", async () => {
  await create("/n/a", "first");

  await client.send(new PutSecretValueCommand({ SecretId: "/n/a", SecretString: "second" }));

  expect(await value("/n/a")).toBe("second");
  expect(await value("/n/a", "AWSPREVIOUS")).toBe("first");
});

test("a secret is found by its name and by its ARN, which ends in six random characters", async () => {
  const { ARN = "" } = await create("/n/b", "x");

  expect(ARN).toMatch(/^arn:aws:secretsmanager:us-east-1:111122223333:secret:\/n\/b-[a-zA-Z0-9]{6}$/);
  expect(await value(ARN)).toBe("x");
});

test("bytes come back as they went in", async () => {
  await client.send(new CreateSecretCommand({ Name: "/n/bytes", SecretBinary: new Uint8Array([0, 255, 7]) }));

  const { SecretBinary } = await client.send(new GetSecretValueCommand({ SecretId: "/n/bytes" }));

  expect([...(SecretBinary ?? [])]).toEqual([0, 255, 7]);
});

test("the same request token again changes nothing; with another value it is refused", async () => {
  const ClientRequestToken = "0123456789abcdef0123456789abcdef";
  await create("/n/token", "first");
  const put = (SecretString: string) =>
    client.send(new PutSecretValueCommand({ SecretId: "/n/token", SecretString, ClientRequestToken }));

  await put("second");
  await put("second");

  await expect(put("third")).rejects.toMatchObject({ name: "ResourceExistsException" });
  expect(await value("/n/token")).toBe("second");
  expect(await value("/n/token", "AWSPREVIOUS")).toBe("first");
});

test("a value is at most 64 KB", async () => {
  await expect(create("/n/long", "x".repeat(65_537))).rejects.toMatchObject({ name: "ValidationException" });
  await expect(value("/n/long")).rejects.toMatchObject({ name: "ResourceNotFoundException" });
});

test("a secret marked for deletion gives no value and keeps its name, until it is restored", async () => {
  await create("/n/marked", "x");
  await client.send(new DeleteSecretCommand({ SecretId: "/n/marked", RecoveryWindowInDays: 7 }));

  await expect(value("/n/marked")).rejects.toMatchObject({ name: "InvalidRequestException" });
  await expect(create("/n/marked", "y")).rejects.toMatchObject({ name: "InvalidRequestException" });
  const { DeletedDate } = await client.send(new DescribeSecretCommand({ SecretId: "/n/marked" }));
  expect(DeletedDate).toBeInstanceOf(Date);

  await client.send(new RestoreSecretCommand({ SecretId: "/n/marked" }));
  expect(await value("/n/marked")).toBe("x");
});

test("deleted without recovery, the name is free again", async () => {
  await create("/n/free", "x");
  await client.send(new DeleteSecretCommand({ SecretId: "/n/free", ForceDeleteWithoutRecovery: true }));

  await expect(client.send(new DescribeSecretCommand({ SecretId: "/n/free" }))).rejects.toMatchObject({
    name: "ResourceNotFoundException",
  });
  await create("/n/free", "y");
  expect(await value("/n/free")).toBe("y");
});

test.each([
  { RecoveryWindowInDays: 6 },
  { RecoveryWindowInDays: 31 },
  { RecoveryWindowInDays: 7, ForceDeleteWithoutRecovery: true },
])("a deletion with %j is refused", async (members) => {
  const name = `/n/refused-${JSON.stringify(members).length}-${members.RecoveryWindowInDays}`;
  await create(name, "x");

  await expect(client.send(new DeleteSecretCommand({ SecretId: name, ...members }))).rejects.toMatchObject({
    name: "InvalidParameterException",
  });
  expect(await value(name)).toBe("x");
});

test("no value reaches the event log", async () => {
  await create("/n/quiet", "do-not-log-me");

  expect(JSON.stringify(world.aws.events.all())).not.toContain("do-not-log-me");
});
