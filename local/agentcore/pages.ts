import { validation } from "../core/errors";

export interface PageRequest {
  readonly nextToken?: string | undefined;
  readonly maxResults?: number | undefined;
}

/** Entries of a page that did not ask for a size, and the most that one holds. Source: observed. */
const DEFAULT_SIZE = 10;
const LARGEST = 100;

/**
 * One page of `records`, which are in the order of their creation. A token stands for the place after the
 * record that the last page ended with, so that creations and deletions between two pages neither repeat
 * nor skip another one. Throws ValidationException for a token that no page of this `list` gave out.
 */
export function pageOf<T>(
  list: string,
  records: readonly Numbered<T>[],
  { nextToken, maxResults = DEFAULT_SIZE }: PageRequest,
): { page: T[]; nextToken?: string } {
  const after = nextToken === undefined ? 0 : place(list, nextToken);
  const rest = records.filter(({ number }) => number > after);
  const page = rest.slice(0, Math.min(maxResults, LARGEST));
  const last = page.at(-1);
  const isLast = last === undefined || page.length === rest.length;
  return { page: page.map(({ record }) => record), ...(isLast ? {} : { nextToken: token(list, last.number) }) };
}

/** A record with its place among all that were ever created, from 1. */
export interface Numbered<T> {
  readonly number: number;
  readonly record: T;
}

const token = (list: string, number: number) => Buffer.from(JSON.stringify([list, number])).toString("base64url");

function place(list: string, nextToken: string): number {
  try {
    const [of, number] = JSON.parse(Buffer.from(nextToken, "base64url").toString()) as unknown[];
    if (of === list && typeof number === "number" && token(list, number) === nextToken) return number;
  } catch {
    // Not a token of ours: refused below.
  }
  throw validation("The nextToken is not valid for this request");
}
