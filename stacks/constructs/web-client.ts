import { CognitoUserPoolClient } from "@cdktf/provider-aws/lib/cognito-user-pool-client";
import { Construct } from "constructs";
import { MAIN } from "../deployment-stack";
import { SAID_ONCE } from "./user-pool";

/** Where a web application runs while it is being developed. */
const LOCALHOST = ["http://localhost:3000", "https://localhost:3000"];

export interface WebClientProps {
  readonly name: string;
  readonly userPoolId: string;
  /** Where sign-in and sign-out may return to, beside localhost. */
  readonly callbackUrls: readonly string[];
}

/** The client by which people sign in: a browser application, so it has no secret. */
export class WebClient extends Construct {
  readonly client: CognitoUserPoolClient;

  constructor(scope: Construct, id: string, props: WebClientProps) {
    super(scope, id);
    const urls = [...new Set([...LOCALHOST, ...props.callbackUrls])];
    this.client = new CognitoUserPoolClient(this, MAIN, {
      name: props.name,
      userPoolId: props.userPoolId,
      generateSecret: false,
      lifecycle: { ignoreChanges: SAID_ONCE },
      explicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
      allowedOauthFlowsUserPoolClient: true,
      allowedOauthFlows: ["code"],
      allowedOauthScopes: ["openid", "email", "profile"],
      callbackUrls: urls,
      logoutUrls: urls,
      supportedIdentityProviders: ["COGNITO"],
      preventUserExistenceErrors: "ENABLED",
      accessTokenValidity: 1,
      idTokenValidity: 1,
      refreshTokenValidity: 30,
      tokenValidityUnits: [{ accessToken: "hours", idToken: "hours", refreshToken: "days" }],
    });
  }
}
