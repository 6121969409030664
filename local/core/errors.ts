/**
 * An error as an AWS service answers it. `code` is the error type that the SDKs turn into an exception
 * class, `status` the HTTP status that goes with it.
 */
export class AwsError extends Error {
  override readonly name = "AwsError";

  constructor(
    readonly code: string,
    message: string,
    readonly status = 400,
  ) {
    super(message);
  }
}

export const validation = (message: string) => new AwsError("ValidationException", message, 400);
export const notFound = (message: string) => new AwsError("ResourceNotFoundException", message, 404);
export const conflict = (message: string) => new AwsError("ConflictException", message, 409);
export const quotaExceeded = (message: string) => new AwsError("ServiceQuotaExceededException", message, 402);
export const internal = (message: string) => new AwsError("InternalServerException", message, 500);

/** The request ends without an answer: the connection breaks off. For tests of faults. */
export class ConnectionLost extends Error {
  override readonly name = "ConnectionLost";
}
