import type { IncomingMessage, ServerResponse } from "node:http";
import { principalFromClaims } from "../../cedar/decide";
import type { AgentCore } from "../agentcore";
import type { LambdaInvoker, TokenVerifier } from "../agentcore/ports";
import type { GatewayConfiguration } from "../agentcore/state";
import type { Environment } from "../core/service";
import { Guards } from "./guard";
import { checkHeaders, readBody, Refusal, send, sendRefusal } from "./http";
import { authenticate, type Claims } from "./inbound-authorizer";
import { CODE, parseMessage, RpcError } from "./json-rpc";
import { perform, versionsOf, type Call, type McpContext } from "./mcp";
import { Sessions } from "./sessions";
import { Spans, type Span } from "./spans";

/** The longest that a tool may take. Source: AgentCore's quotas, gateway invocation. */
const TOOL_TIMEOUT_MS = 300_000;

/**
 * What answers at a gateway's URL: MCP over streamable HTTP, one JSON answer to each POST, with sessions where the
 * gateway is configured to have them.
 * The caller's token is checked before anything of the request is read.
 */
export class GatewayDataPlane {
  private readonly recorded = new Spans();
  private readonly sessions = new Sessions();
  private readonly context: McpContext;

  constructor(
    private readonly environment: Environment,
    private readonly agentcore: AgentCore,
    private readonly tokens: TokenVerifier,
    lambda: LambdaInvoker,
    options: { toolTimeoutMs?: number } = {},
  ) {
    const guards = new Guards(agentcore, this.recorded);
    this.context = { state: agentcore.state, guards, lambda, toolTimeoutMs: options.toolTimeoutMs ?? TOOL_TIMEOUT_MS };
  }

  /** Trace spans of the latest policy decisions, oldest first. */
  spans(): readonly Span[] {
    return this.recorded.all();
  }

  /** Answers one HTTP request that came to `/gateways/<gatewayId>/mcp`. Never rejects. */
  async handle(request: IncomingMessage, response: ServerResponse, gatewayId: string): Promise<void> {
    try {
      await this.answer(request, response, gatewayId);
    } catch (error) {
      // Of an error of our own the caller learns nothing, and gets nothing.
      const refusal = error instanceof Refusal ? error : new Refusal(500, "Internal error", { code: CODE.internal });
      sendRefusal(request, response, refusal);
    }
  }

  private async answer(request: IncomingMessage, response: ServerResponse, gatewayId: string): Promise<void> {
    const gateway = this.agentcore.state.gateways.get(gatewayId);
    const configuration = gateway?.inEffect;
    if (!gateway || !configuration || gateway.status === "DELETING") throw new Refusal(404, "Gateway not found");
    const claims = await authenticate(request, configuration, this.tokens);
    checkHeaders(request);
    checkVersion(request, configuration);
    const message = parseMessage(await readBody(request));
    const asked = message.kind === "unanswered" ? undefined : message.method;
    const session = this.session(request, { gatewayId, configuration, claims, asked });
    if (message.kind === "unanswered") return send(response, 202);

    const { id, method, params } = message;
    const call = { gateway, principal: principalFromClaims(claims), messageId: id, params };
    send(response, 200, { jsonrpc: "2.0", id, ...(await this.outcome(method, call, gatewayId)) }, session);
  }

  /**
   * Headers of the answer: a new session's id, or none. Refuses a session that is not this caller's, and a request without
   * one where the gateway has them. Source: MCP, streamable HTTP, "Session management".
   */
  private session({ headers }: IncomingMessage, from: Asked): Readonly<Record<string, string>> {
    const { gatewayId, configuration, claims, asked } = from;
    const id = headers["mcp-session-id"];
    const owner = JSON.stringify([claims.iss ?? null, claims.sub ?? null]);
    const sessions = configuration.protocolConfiguration?.mcp?.sessionConfiguration;
    // Whose it may be: where none was ever given out, nobody's.
    if (id !== undefined && !this.sessions.isOf(String(id), gatewayId, owner))
      throw new Refusal(404, "Session not found");
    if (!sessions) return {};
    if (asked === "initialize")
      return { "Mcp-Session-Id": this.sessions.begin(gatewayId, owner, sessions.sessionTimeoutInSeconds) };
    if (id === undefined) throw new Refusal(400, "Mcp-Session-Id header is required");
    return {};
  }

  private async outcome(method: string, call: Call, gatewayId: string): Promise<object> {
    const record = (error?: string) => this.record(method, gatewayId, error);
    try {
      const result = await perform(method, this.context, call);
      record();
      return { result };
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      record(String(error.code));
      return { error: { code: error.code, message: error.message } };
    }
  }

  /** The log holds which gateway was asked for what: not by whom, and nothing of the call itself. */
  private record(method: string, gatewayId: string, error?: string): void {
    this.environment.events.record({
      kind: "call",
      service: "bedrock-agentcore-gateway",
      operation: /^[a-z/]{1,40}$/.test(method) ? method : "unknown",
      caller: "token",
      via: "service",
      resource: gatewayId,
      ...(error === undefined ? {} : { error }),
    });
  }
}

interface Asked {
  readonly gatewayId: string;
  readonly configuration: GatewayConfiguration;
  readonly claims: Claims;
  /** The method; undefined for a message that is not answered. */
  readonly asked: string | undefined;
}

/** Source: MCP, streamable HTTP: MCP-Protocol-Version. */
function checkVersion({ headers }: IncomingMessage, configuration: GatewayConfiguration): void {
  const version = headers["mcp-protocol-version"];
  if (version !== undefined && !versionsOf(configuration).includes(String(version))) {
    throw new Refusal(400, "Unsupported MCP-Protocol-Version");
  }
}
