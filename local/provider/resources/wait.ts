import { AwsError } from "../../core/errors";

/** The provider's default time limit for what AWS does asynchronously. Source: its docs, section Timeouts. */
const TIMEOUT_MS = 30 * 60_000;
const FIRST_PAUSE_MS = 5;
const LONGEST_PAUSE_MS = 1_000;

interface Status {
  readonly status: string;
  readonly statusReasons?: readonly string[];
}

/**
 * Polls until the status is `wanted`.
 * @throws Error with AWS's `statusReasons` when it leaves `pending` for another status, or after 30 minutes
 */
export async function waitForStatus(
  read: () => Promise<Status>,
  pending: readonly string[],
  wanted: string,
): Promise<void> {
  await poll(async () => {
    const { status, statusReasons = [] } = await read();
    if (status === wanted) return true;
    if (pending.includes(status)) return false;
    const reasons = statusReasons.length > 0 ? `: ${statusReasons.join("; ")}` : "";
    throw new Error(`unexpected state '${status}', wanted target '${wanted}'${reasons}`);
  }, `timeout while waiting for state to become '${wanted}'`);
}

/** Polls until AWS says that the resource does not exist. */
export async function waitUntilGone(read: () => Promise<unknown>): Promise<void> {
  await poll(async () => (await unlessGone(read)) === undefined, "timeout while waiting for the resource to be gone");
}

/** Tries again for as long as `isTransient` says so, up to `limitMs`. The pause grows to a second. */
export async function retryWhile<T>(
  attempt: () => Promise<T>,
  isTransient: (error: unknown) => boolean,
  limitMs: number,
): Promise<T> {
  const deadline = Date.now() + limitMs;
  for (let pause = FIRST_PAUSE_MS; ; pause = longer(pause)) {
    try {
      return await attempt();
    } catch (error) {
      if (!isTransient(error) || Date.now() > deadline) throw error;
      await sleep(pause);
    }
  }
}

/** The answer, or undefined where AWS answers that there is no such resource. */
export async function unlessGone<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

/** The error types with which AWS services say that something does not exist. */
const NOT_FOUND = new Set([
  "ResourceNotFoundException",
  "NoSuchEntity",
  "NoSuchEntityException",
  "ParameterNotFound",
  "UserNotFoundException",
]);

export function isGone(error: unknown): boolean {
  if (!(error instanceof AwsError)) return error instanceof Error && error.cause !== undefined && isGone(error.cause);
  // Secrets Manager answers so for a secret that is scheduled for deletion.
  const deletedSecret = error.code === "InvalidRequestException" && /deleted|marked for deletion/.test(error.message);
  return NOT_FOUND.has(error.code) || deletedSecret;
}

async function poll(isDone: () => Promise<boolean>, timeoutMessage: string): Promise<void> {
  const deadline = Date.now() + TIMEOUT_MS;
  for (let pause = FIRST_PAUSE_MS; !(await isDone()); pause = longer(pause)) {
    if (Date.now() > deadline) throw new Error(timeoutMessage);
    await sleep(pause);
  }
}

const longer = (pause: number) => Math.min(pause * 1.5, LONGEST_PAUSE_MS);
const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
