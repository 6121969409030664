import { LifecycleError, awsWords } from "./failure";
import { isAccessDenied, nameOf } from "./retry";

/** Names that the SDKs and STS give to credentials that are missing or no longer hold. */
const CREDENTIALS = new Set([
  "CredentialsProviderError",
  "ExpiredToken",
  "ExpiredTokenException",
  "InvalidClientTokenId",
  "UnrecognizedClientException",
  "InvalidSignatureException",
]);

/** True when AWS did not accept the credentials, or there are none. */
export const isWithoutCredentials = (error: unknown) => CREDENTIALS.has(nameOf(error));

/** Gives an error of an AWS client the parts that a reader needs; leaves our own errors as they are. */
export function explain(error: unknown): unknown {
  if (isWithoutCredentials(error)) {
    return new LifecycleError({
      what: "there are no valid AWS credentials for the lifecycle script",
      resource: "the environment that Terraform runs in (local-exec inherits nothing from the provider block)",
      awsSaid: [awsWords(error)],
      next: "set AWS credentials where Terraform runs (environment variables, a profile or SSO), then deploy again",
    });
  }
  if (isAccessDenied(error)) {
    return new LifecycleError({
      what: "the deployer may not do this",
      resource: "the AWS identity that runs Terraform",
      awsSaid: [awsWords(error)],
      next: "give it the permissions in docs/deployer-policy.json, then deploy again",
    });
  }
  const isAws = error instanceof Error && "$metadata" in error;
  return isAws
    ? new LifecycleError({
        what: "AWS refused a request",
        resource: "see AWS's words",
        awsSaid: [awsWords(error)],
        next: "mend what AWS names, then run `cdktf deploy` again: every step goes on from where it stopped",
      })
    : error;
}
