/**
 * A step that could not be done, as the person who runs Terraform reads it: what happened, to which
 * resource, what AWS said, and what to do next.
 */
export class LifecycleError extends Error {
  override readonly name = "LifecycleError";

  constructor(readonly failure: Failure) {
    super(
      [
        failure.what,
        `  resource: ${failure.resource}`,
        ...(failure.awsSaid ?? []).map((text) => `  AWS said: ${text}`),
        `  next:     ${failure.next}`,
      ].join("\n"),
    );
  }
}

export interface Failure {
  readonly what: string;
  readonly resource: string;
  /** AWS's own words: error code and message, or `statusReasons`. */
  readonly awsSaid?: readonly string[];
  readonly next: string;
}

/** `Code: message` of an error that an AWS client threw, without the SDK's advice to whoever programs with it. */
export function awsWords(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return `${error.name}: ${error.message.replace(/\n\s*Deserialization error:[^]*$/, "")}`;
}
