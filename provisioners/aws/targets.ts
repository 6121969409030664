import {
  GetGatewayTargetCommand,
  paginateListGatewayTargets,
  type ToolDefinition,
} from "@aws-sdk/client-bedrock-agentcore-control";
import { request, type Context } from "../context";
import { isNotFound } from "../retry";

export interface TargetSummary {
  readonly id: string;
  readonly name: string;
}

/** The gateway's targets, all pages. */
export function listTargets(context: Context, gatewayIdentifier: string): Promise<TargetSummary[]> {
  return request(context, `ListGatewayTargets ${gatewayIdentifier}`, async () => {
    const targets: TargetSummary[] = [];
    for await (const page of paginateListGatewayTargets(
      { client: context.control, pageSize: 100 },
      { gatewayIdentifier },
    ))
      targets.push(...(page.items ?? []).map(({ targetId = "", name = "" }) => ({ id: targetId, name })));
    return targets;
  });
}

/** The tools of a target as they stand in it; undefined where they stand elsewhere (in S3, say). None when it is gone. */
export async function toolsOfTarget(
  context: Context,
  gatewayIdentifier: string,
  targetId: string,
): Promise<readonly ToolDefinition[] | undefined> {
  try {
    const { targetConfiguration } = await request(context, `GetGatewayTarget ${targetId}`, () =>
      context.control.send(new GetGatewayTargetCommand({ gatewayIdentifier, targetId })),
    );
    return targetConfiguration?.mcp?.lambda?.toolSchema?.inlinePayload;
  } catch (error) {
    if (isNotFound(error)) return [];
    throw error;
  }
}
