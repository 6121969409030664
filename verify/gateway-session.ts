import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type { JsonSchema } from "../cedar/tools";
import { messageOf } from "../reporting/command";

/** What came of a call, as the gateway answered it. */
export type Outcome =
  | { readonly kind: "allowed"; readonly text: string }
  | { readonly kind: "denied"; readonly text: string }
  | { readonly kind: "failed"; readonly text: string };

export interface ListedTool {
  readonly name: string;
  readonly inputSchema: JsonSchema;
}

/** How AgentCore words a denial: an MCP result with isError that begins so. */
const DENIAL = /^AuthorizeActionException\b.*Tool Execution Denied/s;

/** An MCP session at the gateway with one user's machine token. */
export class GatewaySession {
  private constructor(private readonly client: Client) {}

  /** Throws Error with the gateway's answer when it refuses the token or is not to be reached. */
  static async open(gatewayUrl: string, accessToken: string): Promise<GatewaySession> {
    const client = new Client({ name: "gateway-verify", version: "1.0.0" });
    const requestInit = { headers: { Authorization: `Bearer ${accessToken}` } };
    try {
      await client.connect(new StreamableHTTPClientTransport(new URL(gatewayUrl), { requestInit }));
    } catch (error) {
      throw new Error(`the gateway at ${gatewayUrl} opened no session: ${messageOf(error)}`, { cause: error });
    }
    return new GatewaySession(client);
  }

  /** Every tool that the gateway shows this user, all pages. */
  async listTools(): Promise<ListedTool[]> {
    const tools: ListedTool[] = [];
    let cursor: string | undefined;
    do {
      const page = await this.client.listTools({ cursor });
      tools.push(
        ...page.tools.map(({ name, inputSchema }) => ({ name, inputSchema: inputSchema as unknown as JsonSchema })),
      );
      cursor = page.nextCursor;
    } while (cursor);
    return tools;
  }

  async call(name: string, input: Record<string, unknown>): Promise<Outcome> {
    try {
      const result = await this.client.callTool({ name, arguments: input });
      const text = textOf(result.content);
      if (!result.isError) return { kind: "allowed", text };
      return { kind: DENIAL.test(text) ? "denied" : "failed", text };
    } catch (error) {
      return { kind: "failed", text: messageOf(error) };
    }
  }

  close(): Promise<void> {
    return this.client.close();
  }
}

function textOf(content: unknown): string {
  const parts = Array.isArray(content) ? (content as { type?: string; text?: string }[]) : [];
  return parts.flatMap(({ type, text }) => (type === "text" && text !== undefined ? [text] : [])).join("\n");
}
