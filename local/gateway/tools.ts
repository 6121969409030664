import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { InputError, toCedarInput } from "../../cedar/input";
import { actionName, type ToolSpec } from "../../cedar/tools";
import { SERVICE_PRINCIPAL, type LambdaInvoker } from "../agentcore/ports";
import type { Gateway, State } from "../agentcore/state";
import { lambdaOf } from "../agentcore/targets";
import { toolTarget } from "../agentcore/verdict";

/** A tool as the gateway offers it. */
export interface GatewayTool {
  /** `<target>___<tool>` */
  readonly name: string;
  readonly spec: ToolSpec;
  readonly targetId: string;
  readonly functionArn: string;
}

/** MCP's tool result. */
export interface ToolResult {
  readonly content: readonly { readonly type: "text"; readonly text: string }[];
  readonly isError: boolean;
  readonly _meta?: object;
}

export const failed = (text: string): ToolResult => ({ content: [{ type: "text", text }], isError: true });

/** Every tool of every target in effect, in the order of the targets' creation. */
export function toolsOf(state: State, gatewayId: string): GatewayTool[] {
  return state.targetsOf(gatewayId).flatMap(({ record: { id, inEffect } }) => {
    if (!inEffect) return [];
    const { name: target, tools } = toolTarget(inEffect);
    const functionArn = lambdaOf(inEffect);
    return tools.map((spec) => ({ name: actionName(target, spec.name), spec, targetId: id, functionArn }));
  });
}

/** What is wrong with the arguments by the tool's input schema; undefined when nothing is. */
export function argumentProblem({ spec }: GatewayTool, input: Readonly<Record<string, unknown>>): string | undefined {
  try {
    toCedarInput(input, spec.inputSchema);
    return undefined;
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
}

export interface Invocation {
  readonly gateway: Gateway;
  readonly tool: GatewayTool;
  readonly input: Readonly<Record<string, unknown>>;
  readonly messageId: string | number;
}

/**
 * Runs the tool's Lambda function as the gateway's role: the event is the arguments alone, and which tool is
 * meant stands in the client context. Source: AgentCore's documents on Lambda targets.
 */
export async function invokeTool(
  { iam }: State,
  lambda: LambdaInvoker,
  { gateway, tool, input, messageId }: Invocation,
  timeoutMs: number,
): Promise<ToolResult> {
  const { roleArn, exceptionLevel } = gateway.inEffect ?? gateway.configuration;
  // With exceptionLevel DEBUG the caller learns what went wrong. Source: AgentCore's documents on debugging.
  const failure = (details: string): ToolResult => {
    if (exceptionLevel !== "DEBUG") return failed("An internal error occurred. Please retry later.");
    return { ...failed(details), _meta: { debug: { type: "text", text: details } } };
  };

  const { functionArn } = tool;
  if (!iam.trusts(roleArn, SERVICE_PRINCIPAL) || !iam.allows(roleArn, "lambda:InvokeFunction", functionArn)) {
    return failure(`Access denied while invoking Lambda function ${functionArn}`);
  }
  const custom = {
    bedrockAgentCoreMessageVersion: "1.0",
    bedrockAgentCoreAwsRequestId: randomUUID(),
    bedrockAgentCoreMcpMessageId: String(messageId),
    bedrockAgentCoreGatewayId: gateway.id,
    bedrockAgentCoreTargetId: tool.targetId,
    bedrockAgentCoreToolName: tool.name,
  };
  try {
    const call = lambda.invoke(functionArn, input, { clientContext: { custom }, timeoutMs });
    const answer = await inTime(call, timeoutMs);
    if (answer === "late") return failure(`Lambda function ${functionArn} did not answer in time`);
    if (answer.functionError !== undefined) return failure(`Lambda function ${functionArn} failed`);
    return { content: [{ type: "text", text: textOf(answer.payload) }], isError: false };
  } catch {
    return failure(`Lambda function ${functionArn} could not be invoked`);
  }
}

/**
 * A function's answer, whatever its shape, is the text of one content part, as observed; so a tool that itself
 * answers in MCP's shape is read from within that text.
 */
const textOf = (payload: unknown) => (typeof payload === "string" ? payload : JSON.stringify(payload ?? null));

async function inTime<T>(work: Promise<T>, timeoutMs: number): Promise<T | "late"> {
  const stop = new AbortController();
  const late = sleep(timeoutMs, "late" as const, { signal: stop.signal, ref: false });
  try {
    return await Promise.race([work, late]);
  } finally {
    stop.abort();
    late.catch(() => undefined);
    work.catch(() => undefined);
  }
}
