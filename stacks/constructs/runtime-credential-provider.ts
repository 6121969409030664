import { BedrockagentcoreOauth2CredentialProvider } from "@cdktf/provider-aws/lib/bedrockagentcore-oauth2-credential-provider";
import { Construct } from "constructs";
import { MAIN } from "../deployment-stack";
import type { MachineClient } from "./machine-client";

export interface RuntimeCredentialProviderProps {
  readonly name: string;
  readonly discoveryUrl: string;
  readonly machineClient: MachineClient;
}

/** AgentCore Identity's own copy of the machine client, for agents that leave the token request to it. */
export class RuntimeCredentialProvider extends Construct {
  constructor(scope: Construct, id: string, { name, discoveryUrl, machineClient }: RuntimeCredentialProviderProps) {
    super(scope, id);
    new BedrockagentcoreOauth2CredentialProvider(this, MAIN, {
      name,
      credentialProviderVendor: "CustomOauth2",
      oauth2ProviderConfig: [
        {
          customOauth2ProviderConfig: [
            {
              // Write-only: this copy is in no state and no plan.
              clientIdWo: machineClient.client.id,
              clientSecretWo: machineClient.client.clientSecret,
              clientCredentialsWoVersion: machineClient.secretVersion,
              oauthDiscovery: [{ discoveryUrl }],
            },
          ],
        },
      ],
    });
  }
}
