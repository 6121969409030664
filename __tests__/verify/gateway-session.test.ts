import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Server as McpServer } from "@modelcontextprotocol/sdk/server/index.js";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";
import { CallToolRequestSchema, ListToolsRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import { GatewaySession } from "../../verify/gateway-session";

const ACCESS = "the-right-one";
const DENIAL =
  "AuthorizeActionException - Tool Execution Denied: Tool call not allowed due to policy enforcement " +
  "[No policy applies to the request (denied by default).]";
const tool = (name: string) => ({ name, inputSchema: { type: "object" as const } });
const text = (words: string) => [{ type: "text" as const, text: words }];

/** A gateway's MCP endpoint: two pages of tools, and an answer of each kind. */
function mcpServer(): McpServer {
  const server = new McpServer({ name: "gateway", version: "1" }, { capabilities: { tools: {} } });
  server.setRequestHandler(ListToolsRequestSchema, ({ params }) =>
    params?.cursor === "2" ? { tools: [tool("b")] } : { tools: [tool("a")], nextCursor: "2" },
  );
  server.setRequestHandler(CallToolRequestSchema, ({ params }) => {
    if (params.name === "denied") return { isError: true, content: text(DENIAL) };
    if (params.name === "failing") return { isError: true, content: text("the tool has an error") };
    if (params.name === "quoting") return { isError: true, content: text(`the tool says: ${DENIAL}`) };
    if (params.name === "unknown") throw new Error("Unknown tool");
    return { content: text(JSON.stringify(params.arguments)) };
  });
  return server;
}

let http: Server;
let url: string;

beforeAll(async () => {
  http = createServer((request, response) => {
    if (request.headers.authorization !== `Bearer ${ACCESS}`) {
      response.writeHead(401).end('{"message":"Invalid Bearer token"}');
      return;
    }
    const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined, enableJsonResponse: true });
    void mcpServer()
      .connect(transport)
      .then(() => transport.handleRequest(request, response));
  });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(http.address() as AddressInfo).port}/mcp`;
});

afterAll(() => {
  http.closeAllConnections();
  http.close();
});

describe("a session at the gateway", () => {
  test("lists the tools of all pages", async () => {
    const session = await GatewaySession.open(url, ACCESS);
    expect((await session.listTools()).map(({ name }) => name)).toEqual(["a", "b"]);
    await session.close();
  });

  test.each([
    ["echo", "allowed", '{"text":"x"}'],
    ["denied", "denied", DENIAL],
    ["failing", "failed", "the tool has an error"],
    ["quoting", "failed", `the tool says: ${DENIAL}`],
    ["unknown", "failed", expect.stringContaining("Unknown tool")],
  ])("tells what came of calling %s: %s", async (name, kind, words) => {
    const session = await GatewaySession.open(url, ACCESS);
    expect(await session.call(name, { text: "x" })).toEqual({ kind, text: words });
    await session.close();
  });

  test("that the gateway refuses is an error without the token", async () => {
    const refused = GatewaySession.open(url, "the-wrong-one");
    await expect(refused).rejects.toThrow(/the gateway at http.* opened no session/);
    await expect(refused).rejects.not.toThrow(/the-wrong-one/);
  });
});
