import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import {
  GetGatewayCommand,
  UpdateGatewayCommand,
  paginateListGateways,
  type GetGatewayCommandOutput,
  type UpdateGatewayCommandInput,
} from "@aws-sdk/client-bedrock-agentcore-control";
import { request, type Context } from "../context";
import { isAccessDenied, isConflict, isNotFound, nameOf } from "../retry";

export interface Gateway extends GetGatewayCommandOutput {
  /** Names of all members that AWS sent, also of those that this SDK's model does not have. */
  readonly rawMembers: readonly string[];
}

/** The gateway of that id, or undefined when it is gone. */
export async function getGateway(context: Context, gatewayIdentifier: string): Promise<Gateway | undefined> {
  try {
    return await request(context, `GetGateway ${gatewayIdentifier}`, async () => {
      const command = new GetGatewayCommand({ gatewayIdentifier });
      const body = keepBody(command);
      const gateway = await context.control.send(command);
      return { ...gateway, rawMembers: Object.keys(JSON.parse(body().toString()) as object) };
    });
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/** Keeps the bytes of the answer, which the SDK reads into its own model and then drops. */
function keepBody(command: GetGatewayCommand): () => Buffer {
  let bytes = Buffer.from("{}");
  command.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const response = result.response as { statusCode: number; body: Readable };
      if (response.statusCode < 300) {
        bytes = await buffer(response.body);
        response.body = Readable.from([bytes]);
      }
      return result;
    },
    // Below the SDK's own deserializer, so that this sees the answer first.
    { step: "deserialize", priority: "low" },
  );
  return () => bytes;
}

/**
 * Writes the whole gateway. AWS checks the attachment as the gateway's role, whose permissions may still be
 * spreading: refusals that come from that are tried again.
 */
export async function updateGateway(context: Context, input: UpdateGatewayCommandInput): Promise<void> {
  await request(
    context,
    `UpdateGateway ${input.gatewayIdentifier}`,
    () => context.control.send(new UpdateGatewayCommand(input)),
    (error) => isConflict(error) || isAccessDenied(error) || mayBeIamLag(error),
  );
}

const mayBeIamLag = (error: unknown) =>
  nameOf(error) === "ValidationException" && /role|permission|assume/i.test((error as Error).message);

/** Every gateway of the account and region, all pages: ids only, as the list knows no engines. */
export function listGatewayIds(context: Context): Promise<string[]> {
  return request(context, "ListGateways", async () => {
    const ids: string[] = [];
    for await (const page of paginateListGateways({ client: context.control, pageSize: 100 }, {})) {
      for (const gateway of page.items ?? []) if (gateway.gatewayId) ids.push(gateway.gatewayId);
    }
    return ids;
  });
}
