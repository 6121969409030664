import {
  AddTagsToResourceCommand,
  DeleteParameterCommand,
  DeleteParametersCommand,
  DescribeParametersCommand,
  GetParameterCommand,
  GetParametersCommand,
  ListTagsForResourceCommand,
  paginateGetParametersByPath,
  PutParameterCommand,
  SSMClient,
  type PutParameterCommandInput,
} from "@aws-sdk/client-ssm";
import { started, type Started } from "./world";

let world: Started;
let ssm: SSMClient;
beforeAll(async () => {
  world = await started();
  ssm = new SSMClient(world.configuration);
});
afterAll(() => world.aws.close());

const put = (Name: string, members: Partial<PutParameterCommandInput> = {}) =>
  ssm.send(new PutParameterCommand({ Name, Value: "value", Type: "String", ...members }));
const get = async (Name: string, WithDecryption?: boolean) =>
  (await ssm.send(new GetParameterCommand({ Name, WithDecryption }))).Parameter;

test("a parameter is read back with its version, type, time and ARN", async () => {
  await put("/n/a");

  const parameter = await get("/n/a");

  expect(parameter).toMatchObject({ Value: "value", Version: 1, Type: "String", DataType: "text" });
  expect(parameter?.ARN).toBe("arn:aws:ssm:us-east-1:111122223333:parameter/n/a");
  expect(parameter?.LastModifiedDate?.getTime()).toBeGreaterThan(Date.now() - 60_000);
});

test("a parameter that exists is not overwritten unasked", async () => {
  await put("/n/b");

  await expect(put("/n/b", { Value: "other" })).rejects.toMatchObject({ name: "ParameterAlreadyExists" });
  expect(await get("/n/b")).toMatchObject({ Value: "value", Version: 1 });

  expect(await put("/n/b", { Value: "other", Overwrite: true })).toMatchObject({ Version: 2 });
});

test("a secure value is given in clear only where decryption is asked for", async () => {
  await put("/n/secure", { Type: "SecureString" });

  expect((await get("/n/secure"))?.Value).not.toContain("value");
  expect((await get("/n/secure", true))?.Value).toBe("value");
});

test("the advanced tier takes values of more than 4 KB", async () => {
  const long = "é".repeat(2_049);

  expect(await put("/n/long", { Value: long, Tier: "Advanced" })).toMatchObject({ Tier: "Advanced" });
});

test("a path is read page by page, ten at most, without what merely starts alike", async () => {
  for (let number = 0; number < 12; number += 1) await put(`/path/p${number}`);
  await put("/path/deeper/p");
  await put("/path-not/p");
  const pages: string[][] = [];

  for await (const { Parameters = [] } of paginateGetParametersByPath({ client: ssm }, { Path: "/path" }))
    pages.push(Parameters.map(({ Name = "" }) => Name));

  expect(pages.map(({ length }) => length)).toEqual([10, 2]);
  expect(new Set(pages.flat()).size).toBe(12);
  expect(pages.flat()).not.toContain("/path/deeper/p");
});

test("GetParameters says which names are unknown", async () => {
  await put("/n/known");

  const { Parameters, InvalidParameters } = await ssm.send(new GetParametersCommand({ Names: ["/n/known", "/n/no"] }));

  expect(Parameters?.map(({ Name }) => Name)).toEqual(["/n/known"]);
  expect(InvalidParameters).toEqual(["/n/no"]);
});

test("a deleted parameter is not found; deleting it again is refused, in a list it is named", async () => {
  await put("/n/gone");
  await ssm.send(new DeleteParameterCommand({ Name: "/n/gone" }));

  await expect(get("/n/gone")).rejects.toMatchObject({ name: "ParameterNotFound" });
  await expect(ssm.send(new DeleteParameterCommand({ Name: "/n/gone" }))).rejects.toMatchObject({
    name: "ParameterNotFound",
  });
  expect(await ssm.send(new DeleteParametersCommand({ Names: ["/n/gone"] }))).toMatchObject({
    InvalidParameters: ["/n/gone"],
  });
});

test("a description and tags are kept; tags do not come with an overwrite", async () => {
  await put("/n/tagged", { Description: "d", Tags: [{ Key: "Project", Value: "n" }] });
  const resource = { ResourceType: "Parameter", ResourceId: "/n/tagged" } as const;
  await ssm.send(new AddTagsToResourceCommand({ ...resource, Tags: [{ Key: "A", Value: "b" }] }));

  const { TagList } = await ssm.send(new ListTagsForResourceCommand(resource));
  const filter = { ParameterFilters: [{ Key: "Name", Option: "Equals", Values: ["/n/tagged"] }] };
  const { Parameters } = await ssm.send(new DescribeParametersCommand(filter));

  expect(TagList).toEqual([
    { Key: "Project", Value: "n" },
    { Key: "A", Value: "b" },
  ]);
  expect(Parameters).toMatchObject([{ Name: "/n/tagged", Description: "d", Tier: "Standard" }]);
  await expect(put("/n/tagged", { Overwrite: true, Tags: [{ Key: "A", Value: "c" }] })).rejects.toMatchObject({
    name: "ValidationException",
  });
});
