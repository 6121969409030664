import type { GetGatewayCommandOutput } from "@aws-sdk/client-bedrock-agentcore-control";
import type { ServiceName } from "../../../local/core/service";
import { byHand, settledGateway, until } from "../../support/gateway";
import type { Account, Stack } from "./account";

/** Something that a person changes in the console between two runs. */
export interface Change {
  readonly stack: Stack;
  readonly what: string;
  /** A target stands unguarded from here until it is mended. */
  readonly opens?: true;
  readonly make: (console: Console) => Promise<void>;
  /** Where a plan and `status` see nothing: the secret itself is read by whoever asks for a token alone. */
  readonly seenBy?: "verify";
  /** What only a hand can put back; `status` says so. */
  readonly undo?: (console: Console) => Promise<void>;
}

interface Policy {
  policyId: string;
  name: string;
  status: string;
  definition: { cedar: { statement: string } };
}
type Target = Record<"gatewayIdentifier" | "targetId" | "name", string> &
  Record<"targetConfiguration" | "credentialProviderConfigurations", object>;
type Pool = Record<string, unknown> & { Id: string; Name: string };

/** The console of the account, in terms of this deployment. */
export class Console {
  constructor(readonly account: Account) {}

  call<Output extends object>(service: ServiceName, operation: string, input: object): Promise<Output> {
    return this.account.project.aws.call<Output>(service, operation, input, { arn: "console", via: "sdk" });
  }

  async gateway(): Promise<GetGatewayCommandOutput> {
    const { items } = await this.agentCore<{ items: { gatewayId: string }[] }>("ListGateways", {});
    return settledGateway(this.account.project.aws, items[0]?.gatewayId ?? "");
  }

  async updateGateway(change: object): Promise<void> {
    const gateway = await this.gateway();
    const { gatewayId: gatewayIdentifier, name, roleArn, authorizerType, description, protocolType } = gateway;
    const { protocolConfiguration, authorizerConfiguration, policyEngineConfiguration } = gateway;
    await this.agentCore("UpdateGateway", {
      ...{ gatewayIdentifier, name, roleArn, authorizerType, description, protocolType, protocolConfiguration },
      ...{ authorizerConfiguration, policyEngineConfiguration },
      ...change,
    });
    await this.gateway();
  }

  async openAuthorizer(): Promise<void> {
    const { discoveryUrl, allowedClients = [] } =
      (await this.gateway()).authorizerConfiguration?.customJWTAuthorizer ?? {};
    const customJWTAuthorizer = { discoveryUrl, allowedClients: [...allowedClients, "another-client"] };
    await this.updateGateway({ authorizerConfiguration: { customJWTAuthorizer } });
  }

  async changeMode(mode: string): Promise<void> {
    const { policyEngineConfiguration } = await this.gateway();
    await this.updateGateway({ policyEngineConfiguration: { ...policyEngineConfiguration, mode } });
  }

  async policies(): Promise<Policy[]> {
    const { policies } = await this.agentCore<{ policies: Policy[] }>("ListPolicies", await this.engine());
    return policies;
  }

  /** The deployment's one policy. */
  async changePolicy(operation: "UpdatePolicy" | "DeletePolicy", input: object = {}): Promise<void> {
    const [policy] = await this.policies();
    await this.agentCore(operation, { ...(await this.engine()), policyId: policy?.policyId, ...input });
    await this.settledPolicies();
  }

  async addPolicy(name: string): Promise<void> {
    const definition = await this.widened();
    await this.agentCore("CreatePolicy", { ...(await this.engine()), name, definition });
    await this.settledPolicies();
  }

  /** The deployment's policy, with one department more. */
  async widened(): Promise<object> {
    const [policy] = await this.policies();
    const statement = policy?.definition.cedar.statement.replace('"finance"', '"finance", "interns"');
    return { cedar: { statement } };
  }

  async deleteEngine(): Promise<void> {
    await this.updateGateway({ policyEngineConfiguration: undefined });
    await this.changePolicy("DeletePolicy");
    const engine = await this.engine();
    // AgentCore counts a policy for a while after it is gone.
    await until(() =>
      this.agentCore("DeletePolicyEngine", engine).then(
        () => true,
        () => false,
      ),
    );
    const list = () => this.agentCore<{ policyEngines: object[] }>("ListPolicyEngines", {});
    await until(async () => (await list()).policyEngines.length === 0);
  }

  async deleteTarget(name = "sample-tool-target"): Promise<void> {
    const { gatewayIdentifier, targetId } = await this.target(name);
    await this.agentCore("DeleteGatewayTarget", { gatewayIdentifier, targetId });
    const isThere = async () => (await this.targets(gatewayIdentifier)).some((target) => target.targetId === targetId);
    await until(async () => !(await isThere()));
  }

  async deleteGateway(): Promise<void> {
    await this.deleteTarget();
    const { gatewayId: gatewayIdentifier } = await this.gateway();
    await this.agentCore("DeleteGateway", { gatewayIdentifier });
    const list = () => this.agentCore<{ items: object[] }>("ListGateways", {});
    await until(async () => (await list()).items.length === 0);
  }

  /** Another target for the same function, with a tool of another name. */
  async addTarget(name: string): Promise<void> {
    const { gatewayIdentifier, targetConfiguration, credentialProviderConfigurations } = await this.target();
    const members = { gatewayIdentifier, targetConfiguration, credentialProviderConfigurations };
    await this.agentCore("CreateGatewayTarget", { ...members, name });
    await this.settledTargets(gatewayIdentifier);
  }

  async describeToolOtherwise(): Promise<void> {
    const target = await this.target();
    const { gatewayIdentifier, targetId, name, credentialProviderConfigurations } = target;
    const text = JSON.stringify(target.targetConfiguration).replace(/"description":"[^"]*"/, '"description":"by hand"');
    const targetConfiguration = JSON.parse(text) as object;
    const members = { gatewayIdentifier, targetId, name, credentialProviderConfigurations, targetConfiguration };
    await this.agentCore("UpdateGatewayTarget", members);
    await this.settledTargets(gatewayIdentifier);
  }

  parameter(name: string, Value: string): Promise<object> {
    const { prefix } = this.account.deployment.names.parameters;
    return this.call("ssm", "PutParameter", { Name: `${prefix}/${name}`, Value, Type: "String", Overwrite: true });
  }

  deleteParameter(name: string): Promise<object> {
    return this.call("ssm", "DeleteParameter", { Name: `${this.account.deployment.names.parameters.prefix}/${name}` });
  }

  async pool(): Promise<Pool> {
    const { user_pool_id: UserPoolId } = await this.account.project.outputs("identity");
    const { UserPool } = await this.call<{ UserPool: Pool }>("cognito-idp", "DescribeUserPool", { UserPoolId });
    return UserPool;
  }

  /** Leaves the members out that UpdateUserPool does not have; what it has and does not get goes back to its default. */
  async updatePool(change: object): Promise<void> {
    const { Id: UserPoolId, Policies, AutoVerifiedAttributes, AdminCreateUserConfig, LambdaConfig } = await this.pool();
    const members = { UserPoolId, Policies, AutoVerifiedAttributes, AdminCreateUserConfig, LambdaConfig };
    await this.call("cognito-idp", "UpdateUserPool", { ...members, ...change });
  }

  async updateClient(output: "machine_client_id" | "web_client_id", change: object): Promise<void> {
    const { Id: UserPoolId } = await this.pool();
    const { [output]: ClientId } = await this.account.project.outputs("identity");
    const { UserPoolClient } = await this.call<{ UserPoolClient: Record<string, unknown> }>(
      "cognito-idp",
      "DescribeUserPoolClient",
      { UserPoolId, ClientId },
    );
    const { ClientSecret: _, CreationDate: __, LastModifiedDate: ___, ...members } = UserPoolClient;
    await this.call("cognito-idp", "UpdateUserPoolClient", { ...members, ...change });
  }

  agentCore<Output extends object>(operation: string, input: object): Promise<Output> {
    return byHand<Output>(this.account.project.aws, operation, input);
  }

  private async engine(): Promise<{ policyEngineId: string }> {
    const { policyEngines } = await this.agentCore<{ policyEngines: { policyEngineId: string }[] }>(
      "ListPolicyEngines",
      {},
    );
    return { policyEngineId: policyEngines[0]?.policyEngineId ?? "" };
  }

  private async targets(gatewayIdentifier: string): Promise<{ targetId: string; name: string; status: string }[]> {
    const { items } = await this.agentCore<{ items: { targetId: string; name: string; status: string }[] }>(
      "ListGatewayTargets",
      { gatewayIdentifier },
    );
    return items;
  }

  private async target(name = "sample-tool-target"): Promise<Target> {
    const { gatewayId: gatewayIdentifier = "" } = await this.gateway();
    const found = (await this.targets(gatewayIdentifier)).find((target) => target.name === name);
    const targetId = found?.targetId ?? "";
    const target = await this.agentCore<Target>("GetGatewayTarget", { gatewayIdentifier, targetId });
    return { ...target, gatewayIdentifier, targetId };
  }

  private settledTargets(gatewayIdentifier: string): Promise<void> {
    return until(async () => (await this.targets(gatewayIdentifier)).every(({ status }) => status === "READY"));
  }

  private settledPolicies(): Promise<void> {
    return until(async () => (await this.policies()).every(({ status }) => /^(ACTIVE|.*FAILED)$/.test(status)));
  }
}
