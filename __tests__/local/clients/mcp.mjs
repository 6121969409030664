// A session by the MCP TypeScript SDK, resumed by another connection: nothing of this project.
import { writeFileSync } from "node:fs";
import process from "node:process";
import { URL } from "node:url";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";

const { GATEWAY_URL = "", MACHINE_JWT = "", TOOL = "" } = process.env;
const requestInit = { headers: { Authorization: `Bearer ${MACHINE_JWT}` } };
const connect = async (sessionId) => {
  const transport = new StreamableHTTPClientTransport(new URL(GATEWAY_URL), { requestInit, sessionId });
  const client = new Client({ name: "a-stranger", version: "1.0.0" });
  await client.connect(transport);
  return { client, transport };
};

const first = await connect();
const { tools } = await first.client.listTools();
const result = await first.client.callTool({ name: TOOL, arguments: { text: "to be or not" } });
const { sessionId } = first.transport;
const server = first.client.getServerVersion()?.name;
await first.client.close();

const resumed = sessionId && (await connect(sessionId));
const again = resumed ? await resumed.client.listTools() : undefined;
await resumed?.client.close();
writeFileSync(
  process.env.RESULT ?? "",
  JSON.stringify({ server, sessionId, tools: tools.map(({ name }) => name), result, resumed: again?.tools.length }),
);
