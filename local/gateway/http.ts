import type { IncomingMessage, ServerResponse } from "node:http";

/** A request that ends before MCP: the answer is an HTTP status with a JSON-RPC error as its body. */
export class Refusal extends Error {
  override readonly name = "Refusal";

  constructor(
    readonly status: number,
    message: string,
    readonly options: { readonly code?: number; readonly headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(message);
  }
}

/** Bytes of a request's body. Source: AgentCore's quotas, payload of a gateway request. */
const MOST_BYTES = 6 * 1024 * 1024;
const BODY_DEADLINE_MS = 30_000;

/** Refuses whatever is not one JSON document by POST whose answer may be JSON. Source: MCP, streamable HTTP. */
export function checkHeaders({ method, headers, headersDistinct }: IncomingMessage): void {
  // No stream is offered for GET to open, and no session for DELETE to end.
  if (method !== "POST") throw new Refusal(405, "Method not allowed", { headers: { Allow: "POST" } });
  // Of two, readers differ in which they take.
  for (const name of ["content-type", "authorization"])
    if ((headersDistinct[name]?.length ?? 0) > 1) throw new Refusal(400, `${name} must not be sent twice`);
  const [type, ...parameters] = (headers["content-type"] ?? "").toLowerCase().split(";");
  const isUtf8 = parameters.every((parameter) => /^\s*(charset="?utf-8"?)?\s*$/.test(parameter));
  if (type?.trim() !== "application/json" || !isUtf8) {
    throw new Refusal(415, "Content-Type must be application/json");
  }
  if (headers["content-encoding"] !== undefined) throw new Refusal(415, "Content-Encoding is not supported");
  if (!/(^|[\s,])(application\/json|application\/\*|\*\/\*)\s*($|[,;])/i.test(headers.accept ?? "")) {
    throw new Refusal(406, "Accept must include application/json");
  }
}

/** The whole body as text; refuses one that is too large, too slow, or not UTF-8. */
export async function readBody(request: IncomingMessage): Promise<string> {
  const bytes = await readBytes(request);
  try {
    // A byte-order mark stays: JSON has none, and is refused with it.
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Refusal(400, "The request's body is not UTF-8", { code: -32700 });
  }
}

/** Leaves the connection open whatever happens, as a refusal goes back over it. */
function readBytes(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const end = (outcome: () => void) => {
      clearTimeout(timer);
      request.off("data", take);
      outcome();
    };
    const timer = setTimeout(
      () => end(() => reject(new Refusal(408, "The request's body did not arrive in time"))),
      BODY_DEADLINE_MS,
    );
    const take = (chunk: Buffer) => {
      size += chunk.length;
      if (size <= MOST_BYTES) chunks.push(chunk);
      else end(() => reject(new Refusal(413, `A request's body has at most ${MOST_BYTES} bytes`)));
    };
    request.on("data", take);
    request.once("end", () => end(() => resolve(Buffer.concat(chunks))));
    request.once("error", (error) => end(() => reject(error)));
  });
}

export function send(response: ServerResponse, status: number, body?: object, headers: object = {}): void {
  if (response.headersSent || response.destroyed) return;
  const content = body === undefined ? {} : { "Content-Type": "application/json" };
  response.writeHead(status, { "Cache-Control": "no-store", ...content, ...headers });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}

/** How long a refused request may go on sending, so that its client gets to read the refusal. */
const LINGER_MS = 1_000;

export function sendRefusal(request: IncomingMessage, response: ServerResponse, refusal: Refusal): void {
  const { status, message, options } = refusal;
  send(
    response,
    status,
    { jsonrpc: "2.0", id: null, error: { code: options.code ?? -32600, message } },
    options.headers,
  );
  if (request.complete) return;
  request.resume();
  setTimeout(() => request.complete || request.destroy(), LINGER_MS).unref();
}
