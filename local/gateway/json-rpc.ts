import { z } from "zod";
import { parseStrictly } from "../core/json";
import { Refusal } from "./http";

/** What one POST carries. A notification and a client's answer get no answer themselves. */
export type Message =
  | { readonly kind: "request"; readonly id: string | number; readonly method: string; readonly params: Params }
  | { readonly kind: "unanswered" };

export type Params = Readonly<Record<string, unknown>>;

/** Source: JSON-RPC 2.0, section 5.1. */
export const CODE = { parse: -32700, request: -32600, method: -32601, params: -32602, internal: -32603 } as const;

/** An error that a request is answered with, in an HTTP answer of status 200. */
export class RpcError extends Error {
  override readonly name = "RpcError";

  constructor(
    readonly code: (typeof CODE)[keyof typeof CODE],
    message: string,
  ) {
    super(message);
  }
}

const params = z.record(z.string(), z.unknown()).default({});
const request = z.strictObject({
  jsonrpc: z.literal("2.0"),
  id: z.union([z.string(), z.number().int()]),
  method: z.string(),
  params,
});
const notification = z.strictObject({ jsonrpc: z.literal("2.0"), method: z.string(), params });
const answer = z.looseObject({ jsonrpc: z.literal("2.0"), id: z.union([z.string(), z.number().int()]) });

/** Throws Refusal for what is no single JSON-RPC 2.0 message. */
export function parseMessage(body: string): Message {
  const value = parsed(body);
  if (Array.isArray(value)) throw new Refusal(400, "Batches are not supported", { code: CODE.request });
  const asRequest = request.safeParse(value);
  if (asRequest.success) return { kind: "request", ...asRequest.data };
  const isAnswer = answer.safeParse(value).success && !Object.hasOwn(value as object, "method");
  if (isAnswer || notification.safeParse(value).success) return { kind: "unanswered" };
  throw new Refusal(400, "The body is not a JSON-RPC 2.0 message", { code: CODE.request });
}

function parsed(body: string): unknown {
  try {
    return parseStrictly(body);
  } catch (error) {
    if (error instanceof SyntaxError) throw new Refusal(400, error.message, { code: CODE.parse });
    throw error;
  }
}
