import type { Mutant } from "../../../support/mutant";
import {
  TOOL,
  closeMachineWorld,
  openMachineWorld,
  toolCall,
  unharmedAt,
  type Kind,
  type MachineWorld,
} from "../machine-world";
import type { Answer, Refusal, Surface } from "../refusal";

type Row = Refusal<MachineWorld>;

const file =
  (name: string) =>
  (find: string, replace: string): Mutant => ({ file: name, find, replace });
const authorizer = file("local/gateway/inbound-authorizer.ts");
const signing = file("local/services/cognito/signing.ts");
const http = file("local/gateway/http.ts");
const rpc = file("local/gateway/json-rpc.ts");
const strict = file("local/core/json.ts");
const sessions = file("local/gateway/sessions.ts");
const mcp = file("local/gateway/mcp.ts");
const gateway = file("local/gateway/index.ts");

const JWT = "AgentCore developer guide, inbound authorization by JWT; the error's text is [field]";
const REFUSED: Answer = { status: 401, type: "JSON-RPC error -32001", text: "Invalid Bearer token" };

/** A good tool call with a token that is not good. */
const withToken = (
  request: string,
  token: (world: MachineWorld) => Promise<string | undefined>,
  takenOut: Mutant,
  answer: Answer = REFUSED,
): Row => ({
  request: `a call with ${request}`,
  send: async (world) => world.mcp({ token: await token(world), body: toolCall() }),
  answer,
  source: JWT,
  takenOut,
});

const VERIFICATION =
  'const { payload } = await jwtVerify(token, keySet, { issuer, algorithms: ["RS256"], requiredClaims: ["exp"] });';
const UNVERIFIED = signing(
  VERIFICATION,
  'const payload = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString());',
);
const AT_ANY_TIME = signing('requiredClaims: ["exp"] });', 'requiredClaims: ["exp"], clockTolerance: 1_000_000 });');
const ANY_CLIENT = authorizer(
  'if (allowedClients && !isAmong(allowedClients, claims.client_id)) throw unauthorized("Invalid Bearer token");',
  "",
);

const tokens: Row[] = [
  withToken(
    "no token",
    () => Promise.resolve(undefined),
    authorizer(
      'if (token === undefined) throw unauthorized("Missing Bearer token");',
      'if (token === undefined) return "";',
    ),
    { ...REFUSED, text: "Missing Bearer token" },
  ),
  withToken("a token whose signature is of another key", ({ forged }) => forged({}, "another key"), UNVERIFIED),
  withToken(
    "a token in which a claim was changed",
    async ({ machineToken }) => {
      const [head = "", payload = "", signature = ""] = (await machineToken("guest")).split(".");
      const claims = JSON.parse(Buffer.from(payload, "base64url").toString()) as object;
      const changed = Buffer.from(JSON.stringify({ ...claims, department: "finance" })).toString("base64url");
      return [head, changed, signature].join(".");
    },
    UNVERIFIED,
  ),
  withToken("a token of another issuer", ({ forged }) => forged({}, "another pool"), UNVERIFIED),
  withToken("a token with alg none", ({ forged }) => forged({}, "unsigned"), UNVERIFIED),
  withToken(
    "a token signed by HS256 with the public key",
    ({ forged }) => forged({}, "public key as secret"),
    UNVERIFIED,
  ),
  withToken("a token that has expired", ({ forged }) => forged({}, "expired"), AT_ANY_TIME),
  withToken("a token that is not valid yet", ({ forged }) => forged({}, "not yet valid"), AT_ANY_TIME),
  withToken("a token of another client of the pool", ({ forged }) => forged({ client_id: "somebody" }), ANY_CLIENT),
  withToken("a token of no client", ({ forged }) => forged({ client_id: undefined }), ANY_CLIENT),
  withToken(
    "a token with its clients in a list",
    async ({ forged, machine }) => forged({ client_id: [machine.clientId] }),
    ANY_CLIENT,
  ),
  withToken(
    "a user's token in place of the machine's",
    ({ forged }) => forged({ sub: "5f0c2b1e", username: "finance", client_id: "web-client", scope: "openid" }),
    ANY_CLIENT,
  ),
];

const DEMANDS = "AgentCore developer guide, inbound authorization by JWT: allowed scopes, required custom claims";
const ANY_SCOPE = authorizer("!hasScope || ", "");
const ANY_CLAIM = authorizer(" || !customClaims.every((rule) => matches(claims, rule))", "");

/** A token that is good but for what this gateway asks for besides. */
const demands = (
  [
    ["no scope where the gateway asks for one", { scope: undefined }, ANY_SCOPE],
    ["another scope than the gateway asks for", { scope: "demo/invoke/all demo/read" }, ANY_SCOPE],
    ["its scopes in a list", { scope: ["demo/invoke"] }, ANY_SCOPE],
    ["no claim where the gateway asks for one", { department: undefined }, ANY_CLAIM],
    ["another value of the claim that the gateway asks for", { department: "guest" }, ANY_CLAIM],
    ["a list for the claim that the gateway asks for", { department: ["finance"] }, ANY_CLAIM],
  ] as const
).map(([what, claims, takenOut]): Row => ({
  request: `a call with a token with ${what}`,
  send: async ({ forged, mcp, demandingPath }) =>
    mcp({ token: await forged({ scope: "demo/invoke", ...claims }), path: demandingPath, body: toolCall() }),
  answer: { status: 403, type: "JSON-RPC error -32001", text: "The token lacks a required scope or claim" },
  source: `${DEMANDS}; [open] the answer`,
  takenOut,
}));

const RPC = "JSON-RPC 2.0; MCP specification, streamable HTTP";
const CALL = JSON.stringify(toolCall());
const bad = (code: number, text: string, status = 400): Answer => ({ status, type: `JSON-RPC error ${code}`, text });

const asked = (
  request: string,
  { body = CALL, ...rest }: { body?: unknown; headers?: Record<string, string>; method?: string; path?: string },
  answer: Answer,
  takenOut: Mutant,
  source: string = RPC,
): Row => ({
  request,
  send: async (world) => world.mcp({ token: await world.machineToken("finance"), body, ...rest }),
  answer,
  source,
  takenOut,
});

const SESSIONS =
  "MCP specification, session management; AgentCore developer guide, MCP sessions: bound to the verified identity";

const DUPLICATE = strict(
  'if (keys?.has(key)) throw new SyntaxError("The body has an object with a duplicate key");',
  "",
);
const DUPLICATES =
  "[open]: JSON leaves it to the reader which of two values counts, so what is decided on might not be what is run";
const NO_MESSAGE = rpc(
  'throw new Refusal(400, "The body is not a JSON-RPC 2.0 message", { code: CODE.request });',
  'return { kind: "unanswered" };',
);

const messages: Row[] = [
  asked(
    "a batch",
    { body: `[${CALL}]` },
    bad(-32600, "Batches are not supported"),
    rpc('if (Array.isArray(value)) throw new Refusal(400, "Batches are not supported", { code: CODE.request });', ""),
    "MCP specification 2025-06-18, changes: no batches",
  ),
  asked(
    "a tool call with the arguments' key twice",
    { body: CALL.replace('"text":"x"', '"text":"y","text":"x"') },
    bad(-32700, "The body has an object with a duplicate key"),
    DUPLICATE,
    DUPLICATES,
  ),
  asked(
    "a tool call with the name twice, once behind an escape",
    { body: CALL.replace('"name"', '"\\u006eame":"other","name"') },
    bad(-32700, "The body has an object with a duplicate key"),
    DUPLICATE,
    DUPLICATES,
  ),
  asked(
    "a tool call with an argument that libraries drop",
    { body: CALL.replace('"text":"x"', '"text":"x","__proto__":{"more":1}') },
    bad(-32700, "The body has an object with a key __proto__"),
    strict('throw new SyntaxError("The body has an object with a key __proto__");', ""),
    DUPLICATES,
  ),
  ...[129, 200_000].map((depth) =>
    asked(
      `arguments of ${depth.toLocaleString("en")} arrays in each other`,
      { body: CALL.replace('"text":"x"', `"text":${"[".repeat(depth)}${"]".repeat(depth)}`) },
      bad(-32700, "The body is nested too deeply"),
      strict('throw new SyntaxError("The body is nested too deeply");', "return;"),
      "[open]: how deep AgentCore reads",
    ),
  ),
  {
    request: "a byte-order mark before the message",
    send: async (world) =>
      world.raw({ headers: { Authorization: `Bearer ${await world.machineToken("finance")}` }, body: `\ufeff${CALL}` }),
    answer: bad(-32700, "The body is not valid JSON"),
    source: "[open] whether AgentCore overlooks one; RFC 8259, section 8.1: JSON that is sent begins with none",
    takenOut: http("fatal: true, ignoreBOM: true", "fatal: true"),
  },
  asked(
    "a body that is no JSON",
    { body: CALL.slice(1) },
    bad(-32700, "The body is not valid JSON"),
    strict('throw new SyntaxError("The body is not valid JSON");', "return {};"),
  ),
  asked(
    "a message without a version",
    { body: CALL.replace('"jsonrpc":"2.0",', "") },
    bad(-32600, "The body is not a JSON-RPC 2.0 message"),
    NO_MESSAGE,
  ),
  asked(
    "a message with null for its id",
    { body: CALL.replace('"id":1', '"id":null') },
    bad(-32600, "The body is not a JSON-RPC 2.0 message"),
    NO_MESSAGE,
  ),
  asked(
    "another content type",
    { headers: { "Content-Type": "text/plain" } },
    bad(-32600, "Content-Type must be application/json", 415),
    http('throw new Refusal(415, "Content-Type must be application/json");', ""),
  ),
  asked(
    "another character set",
    { headers: { "Content-Type": "application/json; charset=utf-16" } },
    bad(-32600, "Content-Type must be application/json", 415),
    http('if (type?.trim() !== "application/json" || !isUtf8)', 'if (type?.trim() !== "application/json")'),
  ),
  asked(
    "a compressed body",
    { headers: { "Content-Encoding": "gzip" } },
    bad(-32600, "Content-Encoding is not supported", 415),
    http(
      'if (headers["content-encoding"] !== undefined) throw new Refusal(415, "Content-Encoding is not supported");',
      "",
    ),
    "[open]: whether AgentCore unpacks a request",
  ),
  asked(
    "an Accept without JSON",
    { headers: { Accept: "text/html" } },
    bad(-32600, "Accept must include application/json", 406),
    http('throw new Refusal(406, "Accept must include application/json");', ""),
  ),
  asked(
    "another version of MCP",
    { headers: { "MCP-Protocol-Version": "1999-01-01" } },
    bad(-32600, "Unsupported MCP-Protocol-Version"),
    gateway('throw new Refusal(400, "Unsupported MCP-Protocol-Version");', ""),
  ),
  asked(
    "a session that nobody opened",
    { headers: { "Mcp-Session-Id": "of-nobody" } },
    bad(-32600, "Session not found", 404),
    gateway('throw new Refusal(404, "Session not found");', "return {};"),
    SESSIONS,
  ),
  {
    request: "a session that is another caller's",
    send: async (world) =>
      world.mcp({
        token: await world.machineToken("finance"),
        headers: { "Mcp-Session-Id": await world.session(await world.forged({ sub: "somebody" })) },
        path: world.sessionPath,
        body: CALL,
      }),
    answer: bad(-32600, "Session not found", 404),
    source: `${SESSIONS}; [open]: the verified identity is the token's subject`,
    takenOut: sessions(" && session.owner === owner", ""),
  },
  {
    request: "a session of another gateway",
    send: async (world) => {
      const token = await world.machineToken("finance");
      return world.mcp({ token, headers: { "Mcp-Session-Id": await world.session(token) }, body: CALL });
    },
    answer: bad(-32600, "Session not found", 404),
    source: SESSIONS,
    takenOut: sessions("session?.gatewayId === gatewayId && session.owner", "session?.owner"),
  },
  {
    request: "a call without a session where the gateway has them",
    send: async (world) =>
      world.mcp({ token: await world.machineToken("finance"), path: world.sessionPath, body: CALL }),
    answer: bad(-32600, "Mcp-Session-Id header is required"),
    source: SESSIONS,
    takenOut: gateway('throw new Refusal(400, "Mcp-Session-Id header is required");', ""),
  },
  asked(
    "GET",
    { method: "GET" },
    bad(-32600, "Method not allowed", 405),
    http('if (method !== "POST") throw', 'if (method === "PATCH") throw'),
  ),
  asked(
    "DELETE",
    { method: "DELETE" },
    bad(-32600, "Method not allowed", 405),
    http('if (method !== "POST") throw', 'if (method === "PATCH") throw'),
    "[open]: whether AgentCore ends a session by DELETE",
  ),
  asked(
    "a body of more than six megabytes",
    { body: `${CALL.slice(0, -1)},"more":"${"x".repeat(6 * 1024 * 1024)}"}` },
    bad(-32600, "A request's body has at most 6291456 bytes", 413),
    http("const MOST_BYTES = 6 * 1024 * 1024;", "const MOST_BYTES = 60 * 1024 * 1024;"),
    "AgentCore quotas: payload of a gateway request",
  ),
  {
    request: "a body past six megabytes that does not end",
    send: async (world) =>
      world.raw({
        headers: { Authorization: `Bearer ${await world.machineToken("finance")}` },
        body: "x".repeat(6 * 1024 * 1024 + 1),
        endless: true,
      }),
    answer: bad(-32600, "A request's body has at most 6291456 bytes", 413),
    source: "AgentCore quotas: payload of a gateway request; [open] that it is refused before its end",
    takenOut: http("else end(() => reject(new Refusal(413,", 'else request.once("end", () => reject(new Refusal(413,'),
  },
  {
    request: "two Authorization headers",
    send: async (world) => {
      const token = `Bearer ${await world.machineToken("finance")}`;
      return world.raw({ headers: { Authorization: [token, token] }, body: CALL });
    },
    answer: bad(-32600, "authorization must not be sent twice"),
    source: "[open]: HTTP knows one; of two, readers differ in which they take",
    takenOut: http('["content-type", "authorization"]', '["content-type"]'),
  },
  asked(
    "a gateway that is not there",
    { path: "/gateways/nobody-abcdefghij/mcp" },
    bad(-32600, "Gateway not found", 404),
    gateway('throw new Refusal(404, "Gateway not found");', 'throw new Refusal(401, "");'),
  ),
  asked(
    "a gateway's id with an encoded slash",
    { path: "/gateways/x%2f..%2fy/mcp" },
    bad(-32600, "Gateway not found", 404),
    gateway('throw new Refusal(404, "Gateway not found");', 'throw new Refusal(401, "");'),
    "[open]: ids are not decoded twice",
  ),
];

const answered = (code: number, text: string): Answer => ({ status: 200, type: `JSON-RPC error ${code}`, text });
const method = (name: string) => ({ body: { jsonrpc: "2.0", id: 1, method: name, params: {} } });

const methods: Row[] = [
  asked(
    "an unknown method",
    method("tools/delete"),
    answered(-32601, "Method not found"),
    mcp('if (!handler) throw new RpcError(CODE.method, "Method not found");', "if (!handler) return {};"),
  ),
  asked(
    "a method that every JavaScript object has",
    method("toString"),
    answered(-32601, "Method not found"),
    mcp("Object.hasOwn(METHODS, method) ? METHODS[method] : undefined", "METHODS[method]"),
  ),
  asked(
    "a tool call without a name",
    { body: { ...toolCall(), params: { arguments: { text: "x" } } } },
    answered(-32602, "Invalid params"),
    mcp(
      "const toolCall = z.object({ name: z.string(),",
      'const toolCall = z.object({ name: z.string().default("sample-tool-target___read"),',
    ),
  ),
];

const POLICY = "AgentCore Policy: what no policy permits is denied; the text is [field]";
const DENIED: Answer = {
  status: 200,
  type: "JSON-RPC result",
  text: "AuthorizeActionException - Tool Execution Denied: Tool call not allowed due to policy enforcement [No policy applies to the request (denied by default).]",
};
const UNREFUSED = mcp("if (refusal !== undefined) return failed(refusal);", "");
const UNCHECKED = mcp(
  "if (problem !== undefined) throw new RpcError(CODE.params, `Invalid arguments: ${problem}`);",
  "",
);
const UNKNOWN = answered(-32602, "Unknown tool");

const LIKELY = mcp(
  "const { name, arguments: input } = parse(toolCall, params);",
  'const { name: given, arguments: input } = parse(toolCall, params);\n  const name = given.trim().replace(/^(sample-tool-target___)?read$/i, "sample-tool-target___read");',
);
const ANY_ARGUMENTS = file("cedar/decide.ts")(
  "if (error instanceof InputError) return denied(error.message);",
  'if (error instanceof InputError) return { decision: "allow", determining: [], errors: [] };',
);

/** Where a policy is asked, its word comes first; where none enforces, the gateway's own checks say no. */
function tools(kind: Kind): Row[] {
  const enforced = kind !== "LOG_ONLY" && kind !== "without a policy engine";
  // Without a policy no name is let through: there the policy's word is what is taken out.
  const likely = kind === "ENFORCE without a policy" ? UNREFUSED : LIKELY;
  const anyArguments = enforced ? ANY_ARGUMENTS : UNCHECKED;
  const unknown = enforced ? DENIED : UNKNOWN;
  const invalid = (text: string) => (enforced ? DENIED : answered(-32602, `Invalid arguments: ${text}`));
  const called = (request: string, name: string, input: unknown, answer: Answer, takenOut: Mutant) =>
    asked(request, { body: toolCall(name, input) }, answer, takenOut, POLICY);
  return [
    called("a tool's name in another case", "Sample-tool-target___READ", { text: "x" }, unknown, likely),
    called("a tool's name with a blank behind it", `${TOOL} `, { text: "x" }, unknown, likely),
    called("a tool's name without its target", "read", { text: "x" }, unknown, likely),
    called(
      "arguments that the tool does not have",
      TOOL,
      { text: "x", more: 1 },
      invalid("input has a member that the tool does not know"),
      anyArguments,
    ),
    called(
      "an argument of another type",
      TOOL,
      { text: 1 },
      invalid("input.text is not of the type string"),
      anyArguments,
    ),
    called(
      "an argument with half a surrogate pair",
      TOOL,
      { text: "\ud800" },
      invalid("input.text is not of the type string"),
      file("cedar/input.ts")('typeof value === "string" && isWellFormed(value)', 'typeof value === "string"'),
    ),
    called("a required argument that is missing", TOOL, {}, invalid("input lacks text"), anyArguments),
  ];
}

export const gatewaySurface = (kind: Kind): Surface<MachineWorld> => ({
  name: kind === "ENFORCE" ? "Gateway: requests" : `Gateway: requests, ${kind}`,
  test: "__tests__/local/refusals/gateway-requests.test.ts",
  open: () => openMachineWorld(kind),
  close: closeMachineWorld,
  unharmed: unharmedAt(kind),
  refusals: [...tokens, ...demands, ...messages, ...methods, ...tools(kind)],
});

export const surface = gatewaySurface("ENFORCE");
