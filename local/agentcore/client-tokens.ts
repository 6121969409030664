import { createHash } from "node:crypto";
import { conflict } from "../core/errors";

/**
 * Requests that were answered under a client token. The same request under the same token gets the first
 * answer again, even when what it made is gone by now; another request under it is a conflict.
 */
export class ClientTokens {
  private readonly answers = new Map<string, { readonly request: string; readonly answer: object }>();

  /** A request that fails leaves no trace, so that its token can be used for the next try. */
  once<Output extends object>(
    operation: string,
    clientToken: string | undefined,
    input: object,
    act: () => Output,
  ): Output {
    if (clientToken === undefined) return act();
    const key = `${operation} ${clientToken}`;
    const request = createHash("sha256").update(JSON.stringify(input)).digest("hex");
    const known = this.answers.get(key);
    if (known && known.request !== request) {
      throw conflict("The client token was used before with other parameters");
    }
    const answer = known?.answer ?? act();
    this.answers.set(key, { request, answer });
    return answer as Output;
  }
}
