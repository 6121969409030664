import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import {
  GetGatewayCommand,
  UpdateGatewayCommand,
  paginateListGateways,
  type GatewaySummary,
  type GetGatewayCommandOutput,
  type UpdateGatewayCommandInput,
} from "@aws-sdk/client-bedrock-agentcore-control";
import { request, type Context } from "../context";
import { asFinal, isAccessDenied, isConflict, isNotFound, nameOf } from "../retry";

export interface Gateway extends GetGatewayCommandOutput {
  /** Paths of the members that AWS sent and this SDK's model does not have, at any depth. */
  readonly unknownMembers: readonly string[];
}

/** The gateway of that id, or undefined when it is gone. */
export async function getGateway(context: Context, gatewayIdentifier: string): Promise<Gateway | undefined> {
  try {
    return await request(context, `GetGateway ${gatewayIdentifier}`, async () => {
      const command = new GetGatewayCommand({ gatewayIdentifier });
      const body = keepBody(command);
      const gateway = await context.control.send(command);
      return { ...gateway, unknownMembers: membersLost(JSON.parse(body().toString()), gateway) };
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

/** Paths of what stands in the answer and is gone once the SDK has read it. */
function membersLost(raw: unknown, read: unknown, path: readonly (string | number)[] = []): string[] {
  if (raw === null || typeof raw !== "object" || read instanceof Date) return [];
  return Object.entries(raw).flatMap(([key, value]) => {
    const member: unknown = (read as Record<string, unknown> | undefined)?.[key];
    if (value === null) return [];
    return member === undefined ? [[...path, key].join(".")] : membersLost(value, member, [...path, key]);
  });
}

/**
 * Writes the whole gateway. AWS checks the attachment as the gateway's role, whose permissions may still be
 * spreading: refusals that come from that are tried again, and so are conflicts. Each try asks `inputOf` anew, because
 * what AWS was busy with may have been somebody else's change.
 */
export async function updateGateway(
  context: Context,
  gatewayIdentifier: string,
  inputOf: () => Promise<UpdateGatewayCommandInput>,
): Promise<void> {
  await request(
    context,
    `UpdateGateway ${gatewayIdentifier}`,
    async () => context.control.send(new UpdateGatewayCommand(await inputOf().catch(asFinal))),
    (error) => isConflict(error) || isAccessDenied(error) || mayBeIamLag(error),
  );
}

const mayBeIamLag = (error: unknown) =>
  nameOf(error) === "ValidationException" && /role|permission|assume/i.test((error as Error).message);

/** Every gateway of the account and region, all pages: ids only, as the list knows no engines. */
export const listGatewayIds = (context: Context): Promise<string[]> => gatewayIds(context, () => true);

/** The ids of the gateways of that name: at most one, but AWS does not promise it. */
export const gatewaysNamed = (context: Context, name: string): Promise<string[]> =>
  gatewayIds(context, (gateway) => gateway.name === name);

function gatewayIds(context: Context, isMeant: (gateway: GatewaySummary) => boolean): Promise<string[]> {
  return request(context, "ListGateways", async () => {
    const ids: string[] = [];
    for await (const page of paginateListGateways({ client: context.control, pageSize: 100 }, {}))
      ids.push(...(page.items ?? []).filter(isMeant).flatMap(({ gatewayId }) => gatewayId ?? []));
    return ids;
  });
}
