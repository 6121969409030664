import type { Mutant } from "../../../support/mutant";
import type { Refusal } from "../refusal";
import { services } from "../service-rows";
import type { AwsWorld, SignedRequest } from "../world";

const FORM = { "content-type": "application/x-www-form-urlencoded" };
const target = (operation: string) => ({ "x-amz-target": `AmazonSSM.${operation}` });
const SOURCE = "API references, common errors";

const row = (
  request: string,
  asked: SignedRequest,
  [status, type, text]: readonly [number, string, string],
  takenOut: Mutant,
): Refusal<AwsWorld> => ({
  request,
  send: ({ send }) => send(asked),
  answer: { status, type, text },
  source: `${SOURCE}; [open] the text`,
  takenOut,
});

const ssm = (operation: string, body: unknown): SignedRequest => ({
  service: "ssm",
  method: "POST",
  path: "/",
  headers: target(operation),
  body,
});
const agentCore = (method: string, path: string, body?: unknown): SignedRequest => ({
  service: "bedrock-agentcore",
  method,
  path,
  body,
});

const unknownOperation = {
  file: "local/offline-aws.ts",
  find: "if (!handler) throw",
  replace: "if (!handler) return {};\n    if (!handler) throw",
};
/** Objects of JavaScript have these; no API does. */
const inherited = {
  file: "local/offline-aws.ts",
  find: "Object.hasOwn(operations, operation) ? operations[operation] : undefined",
  replace: "operations[operation]",
};
const noObject = {
  file: "local/http/protocols.ts",
  find: 'throw new SyntaxError("the body is not an object");',
  replace: "return {};",
};
const noJson = {
  file: "local/http/protocols.ts",
  find: "const value = parseStrictly(body.toString());",
  replace: 'const value = parseStrictly(body.toString().endsWith("}") ? body.toString() : "{}");',
};
const noEscape = {
  file: "local/http/protocols.ts",
  find: "decodeURIComponent(value)",
  replace: "value",
};
const anyJson = {
  file: "local/http/protocols.ts",
  find: "const value = parseStrictly(body.toString());",
  replace: "const value: unknown = JSON.parse(body.toString());",
};
const deep = (depth: number) => `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;
const READERS = "[open]: readers of JSON differ in what they take; the class is that of AWS's JSON services";
const UNREADABLE = [400, "SerializationException", "The request body is not valid."] as const;

export const surface = services("Requests that are none", "requests", [
  row(
    "SSM's MakeCoffee",
    ssm("MakeCoffee", {}),
    [404, "UnknownOperationException", "MakeCoffee is not known here."],
    unknownOperation,
  ),
  ...["constructor", "toString", "__proto__"].map((operation) =>
    row(
      `SSM's ${operation}`,
      ssm(operation, {}),
      [404, "UnknownOperationException", `${operation} is not known here.`],
      inherited,
    ),
  ),
  row(
    "STS's MakeCoffee",
    { service: "sts", method: "POST", path: "/", headers: FORM, body: "Action=MakeCoffee&Version=2011-06-15" },
    [400, "InvalidAction", "MakeCoffee is not known here."],
    unknownOperation,
  ),
  row(
    "POST /coffees, signed for AgentCore",
    agentCore("POST", "/coffees", {}),
    [404, "UnknownOperationException", "The requested operation is not known."],
    {
      file: "local/http/server.ts",
      find: 'throw new AwsError("UnknownOperationException", "The requested operation is not known.", 404);',
      replace:
        'return { service: "sts", operation: "GetCallerIdentity", input: {}, protocol: "rest-json", status: 200 };',
    },
  ),
  row("SSM's GetParameter with a body that is an array", ssm("GetParameter", "[1]"), UNREADABLE, noObject),
  row(
    "CreatePolicyEngine with a body that is an array",
    agentCore("POST", "/policy-engines", "[1]"),
    UNREADABLE,
    noObject,
  ),
  row("CreatePolicyEngine with half a body", agentCore("POST", "/policy-engines", '{"name":'), UNREADABLE, noJson),
  ...[
    ["a key twice", '{"name":"first","name":"second"}'],
    ["a key twice, once behind an escape", '{"name":"first","\\u006eame":"second"}'],
    ["a key that libraries drop", '{"name":"e","__proto__":{}}'],
    ["129 objects in each other", deep(129)],
    ["200,000 objects in each other", deep(200_000)],
  ].map(([what, body]) => ({
    ...row(`CreatePolicyEngine with ${what}`, agentCore("POST", "/policy-engines", body), UNREADABLE, anyJson),
    source: READERS,
  })),
  {
    ...row(
      "SSM's GetParameter with a key twice",
      ssm("GetParameter", '{"Name":"/n/a","Name":"/n/b"}'),
      UNREADABLE,
      anyJson,
    ),
    source: READERS,
  },
  ...["%zz", "%e0%a4"].map((label) =>
    row(`GetGateway of ${label}, which is no escape`, agentCore("GET", `/gateways/${label}/`), UNREADABLE, noEscape),
  ),
]);
