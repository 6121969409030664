import { UserError } from "./problem";

/** Exit codes of every command: the user's finding is 1, a set-up that does not work is 2. */
export const EXIT = { good: 0, finding: 1, broken: 2 } as const;

/** What a command exits with when it throws: for a mistake of the user's, and for anything else. */
interface FailureCodes {
  readonly mistake: number;
  readonly broken: number;
}

/**
 * Runs a command's body and turns what it throws into an exit code and a message on standard error: a
 * UserError is shown without a stack trace (exit 1), anything else is a broken set-up (exit 2), unless the command has
 * codes of its own. A stack trace appears only with DEBUG set.
 */
export async function runCommand(
  body: () => Promise<number | void>,
  codes: FailureCodes = { mistake: EXIT.finding, broken: EXIT.broken },
): Promise<void> {
  try {
    process.exitCode = (await body()) ?? EXIT.good;
  } catch (error) {
    process.exitCode = error instanceof UserError ? codes.mistake : codes.broken;
    const showStack = process.env.DEBUG !== undefined && error instanceof Error;
    process.stderr.write(`error: ${showStack ? error.stack : messageOf(error)}\n`);
  }
}

/** The text of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
