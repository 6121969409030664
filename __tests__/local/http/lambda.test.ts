import { readRequest } from "../../../local/http/protocols";
import { roleFor, started, zipOf, type Started } from "../services/world";

let world: Started;
beforeAll(async () => (world = await started()));
afterAll(() => world.aws.close());

const ARN = "arn:aws:lambda:us-east-1:111122223333:function:tool";

/** What a client's request for Lambda is read as. */
const read = (request: string, body = "") => {
  const [method = "", path = ""] = request.split(" ");
  const url = new URL(path, "http://localhost");
  return readRequest({ method, url, target: undefined, body: Buffer.from(body) });
};

test.each([
  ["GET /2015-03-31/functions/tool", "GetFunction", 200, { FunctionName: "tool" }],
  [`GET /2015-03-31/functions/${encodeURIComponent(ARN)}`, "GetFunction", 200, { FunctionName: ARN }],
  ["DELETE /2015-03-31/functions/tool", "DeleteFunction", 204, { FunctionName: "tool" }],
  ["DELETE /2015-03-31/functions/tool/policy/s", "RemovePermission", 204, { FunctionName: "tool", StatementId: "s" }],
  [`GET /2017-03-31/tags/${encodeURIComponent(ARN)}`, "ListTags", 200, { Resource: ARN }],
])("%s is %s, answered with %d", (request, operation, status, input) => {
  expect(read(request)).toEqual({ service: "lambda", protocol: "rest-json", operation, status, input });
});

test("a path that Lambda does not have is no request", () => {
  expect(read("GET /2015-03-31/functions/tool/code")).toBeUndefined();
});

test("a package arrives over HTTP as the bytes that were sent", async () => {
  const zip = zipOf("exports.handler = async () => 1");
  const Role = await roleFor(world, "tool-role");
  const body = { FunctionName: "tool", Role, Handler: "index.handler", Code: { ZipFile: base64(zip) } };

  const request = read("POST /2015-03-31/functions", JSON.stringify(body));
  const created = await world.call<{ CodeSize: number }>("lambda", "CreateFunction", request?.input ?? {});

  expect(request).toMatchObject({ operation: "CreateFunction", status: 201 });
  expect(created.CodeSize).toBe(zip.length);
});

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64");
