import pRetry, { AbortError } from "p-retry";
import type { StepLog } from "../reporting/steps";
import { awsWords } from "./failure";

/** How patient a run is. Milliseconds. */
export interface Patience {
  /** The first pause after a failure; doubled each time, with jitter of up to the same again. */
  readonly firstPause: number;
  /** The longest pause between two tries. */
  readonly longestPause: number;
  /** No new try begins after this. */
  readonly deadline: number;
  /** After how long a change is looked at for the first time; later looks come slower and slower. */
  readonly firstLook: number;
  /** How long one request may go unanswered. */
  readonly answer: number;
}

/** IAM takes about ten seconds to spread and throttling passes in less; two minutes cover both with room. */
export const PATIENCE: Patience = {
  firstPause: 200,
  longestPause: 5_000,
  deadline: 120_000,
  firstLook: 100,
  answer: 30_000,
};

type Verdict = (error: unknown) => boolean;

/** Node's codes for a connection that was not made, broke off, or took too long. */
const NETWORK = new Set(["ECONNRESET", "ECONNREFUSED", "EPIPE", "ETIMEDOUT", "EAI_AGAIN", "ENOTFOUND", "TimeoutError"]);

export const nameOf = (error: unknown): string => (error instanceof Error ? error.name : "");
export const isNotFound: Verdict = (error) => nameOf(error) === "ResourceNotFoundException";
export const isConflict: Verdict = (error) => nameOf(error) === "ConflictException";
export const isInvalid: Verdict = (error) => nameOf(error) === "ValidationException";
export const isAccessDenied: Verdict = (error) => nameOf(error) === "AccessDeniedException";

/** Throttling, a fault of the server's, or a connection that failed: the same request may well succeed. */
export const isTransient: Verdict = (error) => {
  if (/^Throttl|TooManyRequests|SlowDown/.test(nameOf(error))) return true;
  const { code, $metadata } = error as { code?: string; $metadata?: { httpStatusCode?: number } };
  if (NETWORK.has(nameOf(error)) || (code !== undefined && NETWORK.has(code))) return true;
  const status = $metadata?.httpStatusCode ?? 0;
  return status === 429 || status >= 500;
};

/** For what went wrong within an attempt and has been tried often enough already: it is not tried again. */
export const asFinal = (error: unknown): never => {
  throw new AbortError(error instanceof Error ? error : String(error));
};

/**
 * Tries `attempt` until it succeeds, fails for a reason that is neither transient nor listed in `also`, or
 * the deadline passes; then throws the last error. Each retry is a line of progress with its reason.
 */
export function retrying<T>(
  what: string,
  attempt: () => Promise<T>,
  options: { log: StepLog; also?: Verdict; patience?: Patience },
): Promise<T> {
  const { log, also = () => false, patience = PATIENCE } = options;
  return pRetry(attempt, {
    retries: Number.POSITIVE_INFINITY,
    minTimeout: patience.firstPause,
    maxTimeout: patience.longestPause,
    maxRetryTime: patience.deadline,
    randomize: true,
    shouldRetry: ({ error }) => isTransient(error) || also(error),
    onFailedAttempt: ({ error, attemptNumber }) => {
      if (isTransient(error) || also(error))
        log.step(`${what}: try ${attemptNumber} failed, again shortly (${awsWords(error)})`);
    },
  });
}
