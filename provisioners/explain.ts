import { LifecycleError, awsWords } from "./failure";
import { isAccessDenied, isUnreachable, nameOf, requestOf } from "./retry";

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

/** STS's own name for it, where the role of the settings may not be assumed. */
const isRoleDenied = (error: unknown) => nameOf(error) === "AccessDenied";

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
  const resource = requestOf(error) ?? "see AWS's words";
  if (isAccessDenied(error)) {
    return new LifecycleError({
      what: "the deployer may not do this",
      resource: `${resource}, as the AWS identity that runs Terraform`,
      awsSaid: [awsWords(error)],
      next: "give it the permissions in docs/deployer-policy.json, then deploy again",
    });
  }
  if (isRoleDenied(error)) {
    return new LifecycleError({
      what: "the role of the settings could not be assumed",
      resource: "assumeRoleArn, and the AWS identity that runs Terraform",
      awsSaid: [awsWords(error)],
      next: "let the role's trust policy name that identity and let the identity call sts:AssumeRole, then deploy again",
    });
  }
  if (isUnreachable(error)) {
    return new LifecycleError({
      what: `AWS could not be reached: ${awsWords(error)}`,
      resource,
      next: "check `region` in the settings, and the network and proxy of the machine that runs Terraform, then deploy again",
    });
  }
  const isAws = error instanceof Error && "$metadata" in error;
  return isAws
    ? new LifecycleError({
        what: "AWS refused a request",
        resource,
        awsSaid: [awsWords(error)],
        next: "mend what AWS names, then run `cdktf deploy` again: every step goes on from where it stopped",
      })
    : error;
}
