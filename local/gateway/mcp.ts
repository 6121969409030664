import { z } from "zod";
import type { Principal } from "../../cedar/decide";
import { pageOf } from "../agentcore/pages";
import { AwsError } from "../core/errors";
import type { LambdaInvoker } from "../agentcore/ports";
import { MCP_VERSIONS } from "../agentcore/rules/gateway";
import type { Gateway, GatewayConfiguration, State } from "../agentcore/state";
import { EngineUnavailable, type Guards } from "./guard";
import { CODE, RpcError, type Params } from "./json-rpc";
import { argumentProblem, failed, invokeTool, toolsOf } from "./tools";

/** What an MCP method works with: the gateway, who calls, and what is called. */
export interface Call {
  readonly gateway: Gateway;
  readonly principal: Principal;
  readonly messageId: string | number;
  readonly params: Params;
}

export interface McpContext {
  readonly state: State;
  readonly guards: Guards;
  readonly lambda: LambdaInvoker;
  readonly toolTimeoutMs: number;
}

type Method = (context: McpContext, call: Call) => object | Promise<object>;

/** Prompts and resources are not the policies' concern, and Lambda targets have none. */
const METHODS: Readonly<Record<string, Method>> = {
  initialize,
  ping: () => ({}),
  "tools/list": listTools,
  "tools/call": callTool,
  "prompts/list": () => ({ prompts: [] }),
  "resources/list": () => ({ resources: [] }),
  "resources/templates/list": () => ({ resourceTemplates: [] }),
};

/** The result of a method. Throws RpcError. */
export async function perform(method: string, context: McpContext, call: Call): Promise<object> {
  const handler = Object.hasOwn(METHODS, method) ? METHODS[method] : undefined;
  if (!handler) throw new RpcError(CODE.method, "Method not found");
  return handler(context, call);
}

/** Versions that the gateway speaks, oldest first; of one that was not told any, the oldest alone. */
export function versionsOf({ protocolConfiguration }: GatewayConfiguration): string[] {
  const supported: readonly string[] = protocolConfiguration?.mcp?.supportedVersions ?? [MCP_VERSIONS[0]];
  return [...supported].sort();
}

function initialize(_: McpContext, { gateway, params }: Call): object {
  const { protocolVersion } = parse(z.object({ protocolVersion: z.string() }), params);
  const configuration = gateway.inEffect ?? gateway.configuration;
  const versions = versionsOf(configuration);
  return {
    protocolVersion: versions.includes(protocolVersion) ? protocolVersion : versions.at(-1),
    capabilities: { tools: { listChanged: false } },
    serverInfo: { name: gateway.name, version: "1.0.0" },
    instructions: configuration.protocolConfiguration?.mcp?.instructions,
  };
}

const PAGE = 100;

function listTools({ state, guards }: McpContext, { gateway, principal, params }: Call): object {
  const { cursor } = parse(z.object({ cursor: z.string().optional() }), params);
  const tools = toolsOf(state, gateway.id);
  const visible = new Set(
    guardOf(guards, gateway).visible(
      principal,
      tools.map(({ name }) => name),
    ),
  );
  const listed = tools
    .map((record, index) => ({ number: index + 1, record }))
    .filter(({ record }) => visible.has(record.name));
  try {
    const { page, nextToken } = pageOf(`tools of ${gateway.id}`, listed, { nextToken: cursor, maxResults: PAGE });
    const described = page.map(({ name, spec: { description, inputSchema } }) => ({ name, description, inputSchema }));
    return { tools: described, nextCursor: nextToken };
  } catch (error) {
    if (error instanceof AwsError) throw new RpcError(CODE.params, "Invalid cursor");
    throw error;
  }
}

const toolCall = z.object({ name: z.string(), arguments: z.record(z.string(), z.unknown()).default({}) });

/** The policy's word comes first: a tool that the caller may not call and one that is not there look alike. */
function callTool(context: McpContext, { gateway, principal, messageId, params }: Call): object | Promise<object> {
  const { state, guards, lambda, toolTimeoutMs } = context;
  const { name, arguments: input } = parse(toolCall, params);
  const refusal = guardOf(guards, gateway).refusal(principal, name, input);
  if (refusal !== undefined) return failed(refusal);
  const tool = toolsOf(state, gateway.id).find((each) => each.name === name);
  if (!tool) throw new RpcError(CODE.params, "Unknown tool");
  const problem = argumentProblem(tool, input);
  if (problem !== undefined) throw new RpcError(CODE.params, `Invalid arguments: ${problem}`);
  return invokeTool(state, lambda, { gateway, tool, input, messageId }, toolTimeoutMs);
}

/** Where the engine cannot be asked, every call is denied with an error that does not tell why. */
function guardOf(guards: Guards, gateway: Gateway) {
  try {
    return guards.for(gateway);
  } catch (error) {
    if (error instanceof EngineUnavailable) throw new RpcError(CODE.internal, "InternalServerException");
    throw error;
  }
}

function parse<Shape extends z.ZodType>(shape: Shape, params: Params): z.output<Shape> {
  const result = shape.safeParse(params);
  if (!result.success) throw new RpcError(CODE.params, "Invalid params");
  return result.data;
}
