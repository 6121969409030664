import {
  BedrockAgentCoreControlClient,
  GetGatewayCommand,
  paginateListGateways,
  type GetGatewayCommandOutput,
} from "@aws-sdk/client-bedrock-agentcore-control";
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { GetParametersCommand, SSMClient } from "@aws-sdk/client-ssm";
import { credentialsFor } from "../provisioners/context";
import { UserError } from "../reporting/problem";
import type { Names } from "../settings/names";

/** A deployment as it is found in the account. The secret stays in memory. */
export interface Deployment {
  readonly gatewayUrl: string;
  readonly discoveryUrl: string;
  readonly machineClientId: string;
  readonly machineClientSecret: string;
  readonly gateway: GetGatewayCommandOutput;
  readonly control: BedrockAgentCoreControlClient;
}

/** Finds a deployment by its parameters. Throws UserError that names every parameter that is missing. */
export async function findDeployment(
  names: Names,
  account: { readonly region: string; readonly assumeRoleArn?: string },
): Promise<Deployment> {
  const config = { region: account.region, credentials: credentialsFor(account.region, account.assumeRoleArn ?? "") };
  const { gatewayUrl, discoveryUrl, machineClientId } = names.parameters;
  const parameters = await readParameters(
    new SSMClient(config),
    [gatewayUrl, discoveryUrl, machineClientId],
    account.region,
  );
  const control = new BedrockAgentCoreControlClient(config);
  const secret = await new SecretsManagerClient(config).send(
    new GetSecretValueCommand({ SecretId: names.machineClientSecret }),
  );
  return {
    gatewayUrl: parameters.get(gatewayUrl) ?? "",
    discoveryUrl: parameters.get(discoveryUrl) ?? "",
    machineClientId: parameters.get(machineClientId) ?? "",
    machineClientSecret: secret.SecretString ?? "",
    gateway: await findGateway(control, names.gateway),
    control,
  };
}

async function readParameters(ssm: SSMClient, wanted: readonly string[], region: string): Promise<Map<string, string>> {
  const { Parameters = [] } = await ssm.send(new GetParametersCommand({ Names: [...wanted] }));
  const found = new Map(Parameters.map(({ Name = "", Value = "" }) => [Name, Value]));
  const missing = wanted.filter((name) => !found.has(name));
  if (missing.length === 0) return found;
  throw new UserError(
    `there is no complete deployment in ${region}`,
    missing.map((name) => ({
      where: `SSM parameter ${name}`,
      what: "does not exist in this account and region",
      fix: "deploy both stacks first, or check ENVIRONMENT and whose credentials these are",
    })),
  );
}

async function findGateway(control: BedrockAgentCoreControlClient, name: string): Promise<GetGatewayCommandOutput> {
  for await (const page of paginateListGateways({ client: control, pageSize: 100 }, {})) {
    const found = page.items?.find((gateway) => gateway.name === name);
    if (found) return control.send(new GetGatewayCommand({ gatewayIdentifier: found.gatewayId }));
  }
  throw new UserError("the gateway does not exist", [
    { where: `gateway ${name}`, what: "was not found", fix: "deploy the gateway stack again" },
  ]);
}
