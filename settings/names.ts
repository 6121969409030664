/** Every name that the stacks give to something, made from the deployment's name `N`. Made nowhere else. */
export type Names = ReturnType<typeof namesFor>;

/** The names of a deployment, as FAST has them. What an account id is part of is made by `domainPrefix`. */
export function namesFor(name: string) {
  const underscored = name.replaceAll("-", "_");
  return {
    userPool: `${name}-user-pool`,
    invitationSubject: `Welcome to ${name}!`,
    webClient: `${name}-client`,
    machineClient: `${name}-machine-client`,
    resourceServer: `${name}-gateway`,
    resourceServerTitle: `${name}-gateway-resource-server`,
    preToken: `${name}-pretoken-v3`,
    preTokenRole: `${name}-pretoken-v3-role`,
    credentialProvider: `${name}-runtime-gateway-auth`,
    machineClientSecret: `/${name}/machine_client_secret`,
    parameters: {
      prefix: `/${name}`,
      userPoolId: `/${name}/cognito-user-pool-id`,
      webClientId: `/${name}/cognito-user-pool-client-id`,
      machineClientId: `/${name}/machine_client_id`,
      cognitoProvider: `/${name}/cognito_provider`,
      discoveryUrl: `/${name}/discovery_url`,
      gatewayUrl: `/${name}/gateway_url`,
      /** Below it the lifecycle scripts publish the ids of the engine and of the policies. */
      policy: `/${name}/policy`,
    },
    gateway: `${name}-gateway`,
    gatewayRole: `${name}-gateway-role`,
    policyEngine: `${underscored}_policy_engine`,
    policyPrefix: underscored,
    tracesSource: `${name}-gateway-traces`,
    tracesDestination: `${name}-gateway-xray`,
  } as const;
}

/** Names of what one folder below lambdas/tools becomes. */
export const toolNamesFor = (name: string, folder: string) =>
  ({ function: `${name}-${folder}`, role: `${name}-${folder}-role` }) as const;

/** Prefix of the sign-in pages' host name: unique in a region among all accounts, hence the account id. */
export const domainPrefix = (name: string, account: string, region: string) => `${name}-${account}-${region}`;

export const lambdaLogGroup = (functionName: string) => `/aws/lambda/${functionName}`;

/** What the name of a workspace (HCP Terraform) or the path of a state file (S3) begins with. */
export const workspaceName = (name: string, stack: string) => `${name}-${stack}`;

/** OAuth scopes of the gateway as a token carries them: `<resource server>/<scope>`. */
export const gatewayScopes = (names: Names) => GATEWAY_SCOPES.map((scope) => `${names.resourceServer}/${scope}`);

export const GATEWAY_SCOPES = ["read", "write"] as const;
