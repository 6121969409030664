import { createHash } from "node:crypto";
import type { Invocation } from "../../../local/services/lambda-process";
import { Lambda } from "../../../local/services/lambda";
import { environment, functionOf, started, zipOf, type Started } from "./world";

let world: Started;
beforeAll(async () => (world = await started()));
afterAll(() => world.aws.close());

/** The service itself with IAM that trusts everybody: the seam by which Cognito and gateways call functions. */
async function invoke(source: string, event: unknown, clientContext?: object, Timeout = 5): Promise<Invocation> {
  const lambda = alone();
  try {
    const { FunctionArn } = lambda.operations.CreateFunction({ ...MINIMAL, Timeout, Code: { ZipFile: zipOf(source) } });
    return await lambda.invoke(FunctionArn, event, { clientContext });
  } finally {
    lambda.stop();
  }
}

const MINIMAL = { FunctionName: "f", Role: "role", Handler: "index.handler" };

function alone(): Lambda {
  const everybody = {
    exists: () => true,
    allows: () => true,
    trusts: () => true,
    declaresTrust: () => true,
    trustsAccount: () => true,
  };
  return new Lambda(environment(), everybody);
}

describe("invoking", () => {
  test("the deployed code runs with the event and the client context", async () => {
    const source = "exports.handler = async (event, context) => ({ event, custom: context.clientContext.custom });";

    const answer = await invoke(source, { a: 1 }, { custom: { bedrockAgentCoreToolName: "t___x" } });

    expect(answer).toEqual({ payload: { event: { a: 1 }, custom: { bedrockAgentCoreToolName: "t___x" } } });
  });

  test("the context has the function's name, ARN, request id and the time that is left", async () => {
    const source = `exports.handler = async (_, context) => ({ ...context, left: context.getRemainingTimeInMillis() });`;

    const { payload } = await invoke(source, {});

    expect(payload).toMatchObject({
      functionName: "f",
      invokedFunctionArn: "arn:aws:lambda:us-east-1:111122223333:function:f",
      awsRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
    });
    const { left } = payload as { left: number };
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThanOrEqual(5_000);
  });

  test("a function stays warm between its calls", async () => {
    const lambda = alone();
    const Code = { ZipFile: zipOf("let calls = 0; exports.handler = async () => ++calls;") };
    const { FunctionArn } = lambda.operations.CreateFunction({ ...MINIMAL, Timeout: 5, Code });

    const answers = [await lambda.invoke(FunctionArn, {}), await lambda.invoke(FunctionArn, {})];
    lambda.stop();

    expect(answers).toEqual([{ payload: 1 }, { payload: 2 }]);
  });

  test("an error that is thrown is an unhandled function error, without a stack", async () => {
    const answer = await invoke("exports.handler = async () => { throw new TypeError('no'); };", {});

    expect(answer).toEqual({
      functionError: "Unhandled",
      payload: { errorType: "TypeError", errorMessage: "no" },
    });
  });

  test("a function that answers too late is killed, and the next call gets a new process", async () => {
    const lambda = alone();
    const source = "exports.handler = (e) => (e.slow ? new Promise(() => setInterval(() => {}, 1e3)) : 'ok');";
    const Code = { ZipFile: zipOf(source) };
    const { FunctionArn } = lambda.operations.CreateFunction({ ...MINIMAL, Timeout: 1, Code });

    const late = await lambda.invoke(FunctionArn, { slow: true });
    const next = await lambda.invoke(FunctionArn, {});
    lambda.stop();

    expect(late).toMatchObject({
      functionError: "Unhandled",
      payload: { errorMessage: expect.stringContaining("timed out after 1.00 seconds") as string },
    });
    expect(next).toEqual({ payload: "ok" });
  });

  test.each([
    ["ends its process", "exports.handler = () => process.exit(3);"],
    ["cannot be loaded", "this is no JavaScript"],
    ["has no such handler", "exports.other = 1;"],
    ["answers what is no JSON", "exports.handler = () => ({ big: 1n });"],
  ])("a function that %s is a function error", async (_, source) => {
    expect(await invoke(source, {})).toMatchObject({ functionError: "Unhandled" });
  });

  test("a function sees its own variables and none of this process's", async () => {
    const lambda = alone();
    const Code = { ZipFile: zipOf("exports.handler = async () => Object.keys(process.env);") };
    const Environment = { Variables: { MINE: "yes" } };
    process.env.AWS_SESSION_TOKEN = "of the parent";
    const { FunctionArn } = lambda.operations.CreateFunction({ ...MINIMAL, Timeout: 5, Environment, Code });
    const { payload } = await lambda.invoke(FunctionArn, {});
    delete process.env.AWS_SESSION_TOKEN;
    lambda.stop();

    expect(payload).toContain("MINE");
    expect(payload).not.toContain("AWS_SESSION_TOKEN");
    expect(payload).not.toContain("PATH");
  });
});

describe("managing", () => {
  test("a function is described with the hash of its code and the tags", async () => {
    const FunctionName = await functionOf(world, "described", "exports.handler = 1;", { Tags: { Project: "n" } });

    const answer = await world.call<{ Configuration: object; Tags: object }>("lambda", "GetFunction", { FunctionName });

    expect(answer.Configuration).toMatchObject({
      FunctionName: "described",
      CodeSha256: createHash("sha256").update(zipOf("exports.handler = 1;")).digest("base64"),
      State: "Active",
      Version: "$LATEST",
      MemorySize: 128,
    });
    expect(answer.Tags).toEqual({ Project: "n" });
  });

  test.each([
    ["a role that Lambda may not assume", { Role: "arn:aws:iam::111122223333:role/nobody" }],
    ["more than 4 KB of variables", { Environment: { Variables: { A: "x".repeat(4_096) } } }],
    ["a time-out over 15 minutes", { Timeout: 901 }],
    ["code that is no zip", { Code: { ZipFile: Buffer.from("no zip") } }],
  ])("%s is refused", async (_, members) => {
    const name = `refused-${JSON.stringify(members).length}`;
    await expect(functionOf(world, name, "exports.handler = 1;", members)).rejects.toMatchObject({
      code: "InvalidParameterValueException",
    });
    await expect(world.call("lambda", "GetFunction", { FunctionName: name })).rejects.toMatchObject({ status: 404 });
  });

  test("variables that are taken away leave no environment behind", () => {
    const lambda = alone();
    const { CreateFunction, UpdateFunctionConfiguration, GetFunctionConfiguration } = lambda.operations;
    const Environment = { Variables: { KEY: "value" } };
    CreateFunction({ ...MINIMAL, Environment, Code: { ZipFile: zipOf("") } });
    expect(GetFunctionConfiguration(MINIMAL)).toMatchObject({ Environment });

    UpdateFunctionConfiguration({ ...MINIMAL, Environment: { Variables: {} } });

    expect(GetFunctionConfiguration(MINIMAL)).not.toHaveProperty("Environment");
    lambda.stop();
  });

  test("an update with code that is no zip changes nothing", async () => {
    const FunctionName = await functionOf(world, "kept", "exports.handler = async () => 1;");
    const hash = async () =>
      (await world.call<{ CodeSha256: string }>("lambda", "GetFunctionConfiguration", { FunctionName })).CodeSha256;
    const before = await hash();

    const update = world.call("lambda", "UpdateFunctionCode", { FunctionName, ZipFile: Buffer.from("no zip") });

    await expect(update).rejects.toMatchObject({ code: "InvalidParameterValueException" });
    expect(await hash()).toBe(before);
  });

  test("a permission is a statement of the function's policy until it is removed", async () => {
    const FunctionName = await functionOf(world, "permitted", "exports.handler = 1;");
    const StatementId = "cognito";
    const SourceArn = "arn:aws:cognito-idp:us-east-1:111122223333:userpool/us-east-1_x";
    const Principal = "cognito-idp.amazonaws.com";
    const permission = { FunctionName, StatementId, Action: "lambda:InvokeFunction", Principal, SourceArn };
    await world.call("lambda", "AddPermission", permission);

    await expect(world.call("lambda", "AddPermission", permission)).rejects.toMatchObject({ status: 409 });
    const { Policy } = await world.call<{ Policy: string }>("lambda", "GetPolicy", { FunctionName });
    expect(JSON.parse(Policy)).toMatchObject({
      Statement: [
        { Sid: "cognito", Principal: { Service: Principal }, Condition: { ArnLike: { "AWS:SourceArn": SourceArn } } },
      ],
    });

    await world.call("lambda", "RemovePermission", { FunctionName, StatementId });
    await expect(world.call("lambda", "GetPolicy", { FunctionName })).rejects.toMatchObject({
      code: "ResourceNotFoundException",
    });
  });

  test("a permission holds for its source and its account alone", () => {
    const lambda = alone();
    const { FunctionArn } = lambda.operations.CreateFunction({ ...MINIMAL, Code: { ZipFile: zipOf("") } });
    const service = "cognito-idp.amazonaws.com";
    const pool = (account: string) => `arn:aws:cognito-idp:us-east-1:${account}:userpool/us-east-1_x`;
    lambda.operations.AddPermission({
      FunctionName: "f",
      StatementId: "s",
      Action: "lambda:InvokeFunction",
      Principal: service,
      SourceArn: "arn:aws:cognito-idp:us-east-1:*:userpool/us-east-1_x",
      SourceAccount: "111122223333",
    });

    expect(lambda.permits(FunctionArn, service, pool("111122223333"))).toBe(true);
    expect(lambda.permits(FunctionArn, service, pool("444455556666"))).toBe(false);
    expect(lambda.permits(FunctionArn, service, `${pool("111122223333")}y`)).toBe(false);
    expect(lambda.permits(FunctionArn, "events.amazonaws.com", pool("111122223333"))).toBe(false);
    lambda.stop();
  });
});
