import { SecretsmanagerSecret } from "@cdktf/provider-aws/lib/secretsmanager-secret";
import { SecretsmanagerSecretVersion } from "@cdktf/provider-aws/lib/secretsmanager-secret-version";
import { Construct } from "constructs";
import { MAIN } from "../deployment-stack";
import type { MachineClient } from "./machine-client";

export interface MachineClientSecretProps {
  readonly name: string;
  readonly machineClient: MachineClient;
}

/** The machine client's secret, where agents read it. Whoever reads it can ask for a token in any user's name. */
export class MachineClientSecret extends Construct {
  constructor(scope: Construct, id: string, { name, machineClient }: MachineClientSecretProps) {
    super(scope, id);
    const secret = new SecretsmanagerSecret(this, MAIN, {
      name,
      description: "Secret of the machine client by which agents get tokens for the gateway",
      // Nothing is lost with it: it is a copy, and the client goes with it. A waiting period would block a new deployment.
      recoveryWindowInDays: 0,
    });
    new SecretsmanagerSecretVersion(this, "value", {
      secretId: secret.id,
      // Write-only: this copy is in no state and no plan.
      secretStringWo: machineClient.client.clientSecret,
      secretStringWoVersion: machineClient.secretVersion,
    });
  }
}
