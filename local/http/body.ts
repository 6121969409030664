import type { IncomingMessage } from "node:http";
import { AwsError } from "../core/errors";

/** How long a refused request may go on sending, so that its client gets to read the refusal. */
const LINGER_MS = 1_000;

/** The whole body. Throws RequestEntityTooLargeException as soon as it is longer than `mostBytes`. */
export function readBody(request: IncomingMessage, mostBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const take = (chunk: Buffer) => {
      size += chunk.length;
      if (size <= mostBytes) return void chunks.push(chunk);
      request.off("data", take);
      drain(request);
      reject(new AwsError("RequestEntityTooLargeException", `Request must be smaller than ${mostBytes} bytes`, 413));
    };
    request.on("data", take);
    request.once("end", () => resolve(Buffer.concat(chunks)));
    request.once("error", reject);
  });
}

function drain(request: IncomingMessage): void {
  request.resume();
  setTimeout(() => request.complete || request.destroy(), LINGER_MS).unref();
}
