import type { Construct } from "constructs";
import { domainPrefix } from "../settings/names";
import type { Settings } from "../settings/schema";
import { claimsForReview } from "./claims-for-review";
import { AdminUser } from "./constructs/admin-user";
import { MachineClient } from "./constructs/machine-client";
import { MachineClientSecret } from "./constructs/machine-client-secret";
import { ManagedLogin } from "./constructs/managed-login";
import { Parameter } from "./constructs/parameter";
import { PreTokenTrigger } from "./constructs/pre-token-trigger";
import { RuntimeCredentialProvider } from "./constructs/runtime-credential-provider";
import { UserPool } from "./constructs/user-pool";
import { WebClient } from "./constructs/web-client";
import { DeploymentStack } from "./deployment-stack";

/**
 * Who users and agents are: user pool, sign-in pages, clients, and the trigger that puts the user into an agent's token.
 * Every use of the machine client's secret is here; whoever may read this stack's state may read that secret.
 */
export class IdentityStack extends DeploymentStack {
  private readonly trigger = this.createTrigger();
  private readonly userPool = this.createUserPool();
  private readonly webClient = this.createWebClient();
  private readonly login = this.createLogin();
  private readonly machineClient = new MachineClient(this, "machine_client", {
    names: this.names,
    userPoolId: this.userPool.id,
  });

  constructor(scope: Construct, settings: Settings) {
    super(scope, "identity", settings);
    this.trigger.allow(this.userPool.pool.arn);
    this.copySecret();
    this.inviteAdmin();
    this.publish();
    this.addOutputs();
  }

  private createTrigger(): PreTokenTrigger {
    const { claims, logRetentionDays } = this.settings;
    return new PreTokenTrigger(this, "pre_token", { names: this.names, claims, logRetentionDays });
  }

  private createUserPool(): UserPool {
    return new UserPool(this, "user_pool", {
      name: this.names.userPool,
      invitationSubject: this.names.invitationSubject,
      preTokenFunctionArn: this.trigger.function.arn,
      deletionProtection: this.settings.userPool.deletionProtection,
    });
  }

  private createWebClient(): WebClient {
    return new WebClient(this, "web_client", {
      name: this.names.webClient,
      userPoolId: this.userPool.id,
      callbackUrls: this.settings.userPool.callbackUrls,
    });
  }

  private createLogin(): ManagedLogin {
    const { name, region } = this.settings;
    return new ManagedLogin(this, "login", {
      userPoolId: this.userPool.id,
      clientId: this.webClient.client.id,
      domainPrefix: domainPrefix(name, this.account, region),
      region,
    });
  }

  private copySecret(): void {
    new MachineClientSecret(this, "machine_client_secret", {
      name: this.names.machineClientSecret,
      machineClient: this.machineClient,
    });
    new RuntimeCredentialProvider(this, "runtime_credential_provider", {
      name: this.names.credentialProvider,
      discoveryUrl: this.userPool.discoveryUrl,
      machineClient: this.machineClient,
    });
  }

  private inviteAdmin(): void {
    const { adminEmail: email } = this.settings.userPool;
    if (email !== undefined) new AdminUser(this, "admin", { userPoolId: this.userPool.id, email });
  }

  private publish(): void {
    const { userPoolId, webClientId, machineClientId, cognitoProvider, discoveryUrl } = this.names.parameters;
    const parameters = {
      user_pool_id: [userPoolId, this.userPool.id, "Id of the user pool"],
      web_client_id: [webClientId, this.webClient.client.id, "Client by which people sign in"],
      machine_client_id: [machineClientId, this.machineClient.client.id, "Client by which agents get their tokens"],
      cognito_provider: [cognitoProvider, this.login.host, "Host of the sign-in pages"],
      discovery_url: [discoveryUrl, this.userPool.discoveryUrl, "OpenID Connect discovery document of the user pool"],
    } as const;
    for (const [id, [name, value, description]] of Object.entries(parameters)) {
      new Parameter(this, `parameter_${id}`, { name, value, description });
    }
  }

  private addOutputs(): void {
    this.output("user_pool_id", this.userPool.id, "Id of the user pool");
    this.output("web_client_id", this.webClient.client.id, "Client by which people sign in");
    this.output("machine_client_id", this.machineClient.client.id, "Client by which agents get their tokens");
    this.output("domain_url", `https://${this.login.host}`, "Sign-in pages");
    this.output("pre_token_function_arn", this.trigger.function.arn, "Function that adds the claims to machine tokens");
    this.output("claims", claimsForReview(this.settings.claims), "Who gets which claims; ids are shortened");
    this.output("ssm_prefix", this.names.parameters.prefix, "Path below which the deployment's parameters are");
  }
}
