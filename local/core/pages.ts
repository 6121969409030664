import type { AwsError } from "./errors";

/**
 * One page of a list. The token is opaque to clients and names the place to go on from.
 * @throws what `bad` makes when the token is not one of ours
 */
export function pageOf<T>(
  items: readonly T[],
  { token, size }: { token: string | undefined; size: number },
  bad: () => AwsError,
): { page: T[]; nextToken: string | undefined } {
  const start = token === undefined ? 0 : readToken(token, bad);
  const end = start + size;
  return { page: items.slice(start, end), nextToken: end < items.length ? writeToken(end) : undefined };
}

const PREFIX = "page:";
const writeToken = (start: number) => Buffer.from(`${PREFIX}${start}`).toString("base64url");

function readToken(token: string, bad: () => AwsError): number {
  const text = Buffer.from(token, "base64url").toString();
  const start = Number(text.slice(PREFIX.length));
  if (!text.startsWith(PREFIX) || !Number.isSafeInteger(start) || start <= 0) throw bad();
  return start;
}
