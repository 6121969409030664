import { CognitoResourceServer } from "@cdktf/provider-aws/lib/cognito-resource-server";
import { CognitoUserPoolClient } from "@cdktf/provider-aws/lib/cognito-user-pool-client";
import { Fn, Token } from "cdktf";
import { Construct } from "constructs";
import { GATEWAY_SCOPES, type Names } from "../../settings/names";
import { MAIN } from "../deployment-stack";
import { SAID_ONCE } from "./user-pool";

/** Hexadecimal digits of the version: seven stay below 2^31, which is what Terraform's providers can hold. */
const VERSION_DIGITS = 7;

export interface MachineClientProps {
  readonly names: Names;
  readonly userPoolId: string;
}

/** The client by which agents get their tokens, and the scopes that it may ask for. */
export class MachineClient extends Construct {
  readonly client: CognitoUserPoolClient;

  constructor(scope: Construct, id: string, { names, userPoolId }: MachineClientProps) {
    super(scope, id);
    const server = new CognitoResourceServer(this, "resource-server", {
      identifier: names.resourceServer,
      name: names.resourceServerTitle,
      userPoolId,
      scope: GATEWAY_SCOPES.map((scopeName) => ({ scopeName, scopeDescription: `The gateway's ${scopeName} access` })),
    });
    this.client = new CognitoUserPoolClient(this, MAIN, {
      name: names.machineClient,
      userPoolId,
      generateSecret: true,
      lifecycle: { ignoreChanges: SAID_ONCE },
      allowedOauthFlowsUserPoolClient: true,
      allowedOauthFlows: ["client_credentials"],
      allowedOauthScopes: GATEWAY_SCOPES.map((scope) => `${names.resourceServer}/${scope}`),
      supportedIdentityProviders: ["COGNITO"],
      accessTokenValidity: 1,
      tokenValidityUnits: [{ accessToken: "hours" }],
      // Cognito knows a scope only once its resource server is there.
      dependsOn: [server],
    });
  }

  /**
   * A number that is another one for another client. Terraform writes a write-only argument again when its version
   * changes, so that a replaced client's secret reaches its copies.
   */
  get secretVersion(): number {
    return Token.asNumber(Fn.parseint(Fn.substr(Fn.sha256(this.client.id), 0, VERSION_DIGITS), 16));
  }
}
