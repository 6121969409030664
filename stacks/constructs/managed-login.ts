import { CognitoManagedLoginBranding } from "@cdktf/provider-aws/lib/cognito-managed-login-branding";
import { CognitoUserPoolDomain } from "@cdktf/provider-aws/lib/cognito-user-pool-domain";
import { Construct } from "constructs";

/** Managed login; 1 is the older hosted UI. */
const MANAGED_LOGIN = 2;

export interface ManagedLoginProps {
  readonly userPoolId: string;
  readonly clientId: string;
  readonly domainPrefix: string;
  readonly region: string;
}

/** Cognito's sign-in pages for the web client. */
export class ManagedLogin extends Construct {
  /** Host of the sign-in pages. Cognito has no attribute for it. Clients take endpoints from the discovery document. */
  readonly host: string;

  constructor(scope: Construct, id: string, props: ManagedLoginProps) {
    super(scope, id);
    const domain = new CognitoUserPoolDomain(this, "domain", {
      domain: props.domainPrefix,
      userPoolId: props.userPoolId,
      managedLoginVersion: MANAGED_LOGIN,
    });
    new CognitoManagedLoginBranding(this, "branding", {
      userPoolId: props.userPoolId,
      clientId: props.clientId,
      // Without a branding of their own the pages say that they are unavailable.
      useCognitoProvidedValues: true,
      // Made at the same time as the domain it fails ("Internal error from downstream service").
      dependsOn: [domain],
    });
    this.host = `${domain.domain}.${endpoint(props.region)}.${props.region}.amazoncognito.com`;
  }
}

/** GovCloud has FIPS endpoints only: https://docs.aws.amazon.com/govcloud-us/latest/UserGuide/govcloud-cog.html */
const endpoint = (region: string) => (region.startsWith("us-gov-") ? "auth-fips" : "auth");
