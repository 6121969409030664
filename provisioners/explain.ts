import { LifecycleError, awsWords, type Failure } from "./failure";
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
  const failure = failureOf(error);
  return failure ? new LifecycleError({ awsSaid: [awsWords(error)], ...failure }) : error;
}

function failureOf(error: unknown): Failure | undefined {
  const resource = requestOf(error) ?? "see AWS's words";
  if (isWithoutCredentials(error)) {
    return {
      what: "there are no valid AWS credentials for the lifecycle script",
      resource: "the environment that Terraform runs in (local-exec inherits nothing from the provider block)",
      next: "set AWS credentials where Terraform runs (environment variables, a profile or SSO), then deploy again",
    };
  }
  if (isAccessDenied(error)) {
    return {
      what: "the deployer may not do this",
      resource: `${resource}, as the AWS identity that runs Terraform`,
      next: "give it the permissions in docs/deployer-policy.json, then deploy again",
    };
  }
  if (isRoleDenied(error)) {
    return {
      what: "the role of the settings could not be assumed",
      resource: "assumeRoleArn, and the AWS identity that runs Terraform",
      next: "let the role's trust policy name that identity and let the identity call sts:AssumeRole, then deploy again",
    };
  }
  if (isUnreachable(error)) {
    return {
      what: `AWS could not be reached: ${awsWords(error)}`,
      resource,
      awsSaid: [],
      next: "check `region` in the settings, and the network and proxy of the machine that runs Terraform, then deploy again",
    };
  }
  if (!(error instanceof Error && "$metadata" in error)) return undefined;
  return {
    what: "AWS refused a request",
    resource,
    next: "mend what AWS names, then run `cdktf deploy` again: every step goes on from where it stopped",
  };
}
