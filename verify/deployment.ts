import {
  BedrockAgentCoreControlClient,
  GetGatewayCommand,
  paginateListGateways,
  type GetGatewayCommandOutput,
} from "@aws-sdk/client-bedrock-agentcore-control";
import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { GetParametersCommand, SSMClient } from "@aws-sdk/client-ssm";
import { credentialsFor } from "../provisioners/context";
import { throwIfAny, type Problem } from "../reporting/problem";
import type { Names } from "../settings/names";

/** A deployment as it is found in the account. The secret stays in memory. */
export interface Deployment {
  readonly gatewayUrl: string;
  readonly discoveryUrl: string;
  readonly machineClientId: string;
  readonly machineClientSecret: string;
  readonly gateway: GetGatewayCommandOutput;
}

/**
 * Finds a deployment by its names. Throws UserError that lists all that is missing, or all addresses that are
 * not the gateway's own: what is found is sent the machine client's secret, or users' tokens.
 */
export async function findDeployment(
  names: Names,
  account: { readonly region: string; readonly assumeRoleArn: string },
): Promise<Deployment> {
  const config = { region: account.region, credentials: credentialsFor(account.region, account.assumeRoleArn) };
  const { gatewayUrl, discoveryUrl, machineClientId } = names.parameters;
  const wanted = [gatewayUrl, discoveryUrl, machineClientId];
  const parameters = await readParameters(new SSMClient(config), wanted);
  const machineClientSecret = await readSecret(new SecretsManagerClient(config), names.machineClientSecret);
  const gateway = await findGateway(new BedrockAgentCoreControlClient(config), names.gateway);

  const missing = [
    ...wanted.filter((name) => !parameters.get(name)).map((name) => `SSM parameter ${name}`),
    ...(machineClientSecret ? [] : [`secret ${names.machineClientSecret}`]),
    ...(gateway ? [] : [`gateway ${names.gateway}`]),
  ];
  throwIfAny(
    `there is no complete deployment in ${account.region}`,
    missing.map((where) => ({
      where,
      what: "does not exist in this account and region",
      fix: "deploy both stacks first, or check ENVIRONMENT and whose credentials these are",
    })),
  );
  const deployment = {
    gatewayUrl: parameters.get(gatewayUrl) ?? "",
    discoveryUrl: parameters.get(discoveryUrl) ?? "",
    machineClientId: parameters.get(machineClientId) ?? "",
    machineClientSecret: machineClientSecret ?? "",
    gateway: gateway as GetGatewayCommandOutput,
  };
  throwIfAny(
    "the published addresses are not the gateway's, so nothing was sent to them",
    foreignOf(deployment, names),
  );
  return deployment;
}

/** Whoever may write a parameter must not thereby be sent a secret: the gateway itself has the last word. */
function foreignOf({ gateway, ...published }: Deployment, { parameters }: Names): Problem[] {
  const { discoveryUrl } = gateway.authorizerConfiguration?.customJWTAuthorizer ?? {};
  const addresses = [
    { name: parameters.gatewayUrl, value: published.gatewayUrl, own: gateway.gatewayUrl },
    { name: parameters.discoveryUrl, value: published.discoveryUrl, own: discoveryUrl },
  ];
  return addresses
    .filter(({ value, own }) => value !== own)
    .map(({ name, value, own = "none: it asks nobody for a token" }) => ({
      where: `SSM parameter ${name}`,
      what: `is another address than that of gateway ${gateway.gatewayId}`,
      value,
      limit: own,
      fix: "find out who changed the parameter or the gateway, then deploy both stacks again",
    }));
}

async function readParameters(ssm: SSMClient, wanted: readonly string[]): Promise<Map<string, string>> {
  const { Parameters = [] } = await ssm.send(new GetParametersCommand({ Names: [...wanted] }));
  return new Map(Parameters.map(({ Name = "", Value = "" }) => [Name, Value]));
}

async function readSecret(secrets: SecretsManagerClient, name: string): Promise<string | undefined> {
  try {
    return (await secrets.send(new GetSecretValueCommand({ SecretId: name }))).SecretString;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}

async function findGateway(
  control: BedrockAgentCoreControlClient,
  name: string,
): Promise<GetGatewayCommandOutput | undefined> {
  for await (const page of paginateListGateways({ client: control, pageSize: 100 }, {})) {
    const found = page.items?.find((gateway) => gateway.name === name);
    if (found) return control.send(new GetGatewayCommand({ gatewayIdentifier: found.gatewayId }));
  }
  return undefined;
}
