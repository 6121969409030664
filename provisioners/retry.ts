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
const NETWORK = new Set(["ECONNRESET", "ECONNREFUSED", "EPIPE", "ETIMEDOUT", "EAI_AGAIN", "TimeoutError"]);

const codeOf = (error: unknown): string => (error as { code?: string }).code ?? "";
const isNetworkFault: Verdict = (error) => NETWORK.has(nameOf(error)) || NETWORK.has(codeOf(error));
/** The host's name is known to be nobody's. A name that could not be looked up just now is EAI_AGAIN. */
const isUnknownHost: Verdict = (error) => codeOf(error) === "ENOTFOUND";
/** No connection to AWS, or none that lasted until the answer. */
export const isUnreachable: Verdict = (error) => isNetworkFault(error) || isUnknownHost(error);

export const nameOf = (error: unknown): string => (error instanceof Error ? error.name : "");
export const isNotFound: Verdict = (error) => nameOf(error) === "ResourceNotFoundException";
export const isConflict: Verdict = (error) => nameOf(error) === "ConflictException";
export const isInvalid: Verdict = (error) => nameOf(error) === "ValidationException";
export const isQuota: Verdict = (error) => nameOf(error) === "ServiceQuotaExceededException";
export const isAccessDenied: Verdict = (error) => nameOf(error) === "AccessDeniedException";

/** Throttling, a fault of the server's, or a connection that failed: the same request may well succeed. */
export const isTransient: Verdict = (error) => {
  if (/^Throttl|TooManyRequests|SlowDown/.test(nameOf(error))) return true;
  if (isNetworkFault(error)) return true;
  const { $metadata } = error as { $metadata?: { httpStatusCode?: number } };
  const status = $metadata?.httpStatusCode ?? 0;
  return status === 429 || status >= 500;
};

const requests = new WeakMap<object, string>();

/** The request that ended with this error, e.g. `UpdateGateway demo-gateway-1a2b3c`; undefined for any other error. */
export const requestOf = (error: unknown): string | undefined =>
  typeof error === "object" && error !== null ? requests.get(error) : undefined;

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
  const tries = pRetry(attempt, {
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
  return tries.catch((error: unknown) => {
    if (typeof error === "object" && error !== null && !requests.has(error)) requests.set(error, what);
    throw error;
  });
}
