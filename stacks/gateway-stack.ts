import { DataAwsSsmParameter } from "@cdktf/provider-aws/lib/data-aws-ssm-parameter";
import type { Construct } from "constructs";
import { CedarPolicies } from "./constructs/cedar-policies";
import { Gateway } from "./constructs/gateway";
import { GatewayRole } from "./constructs/gateway-role";
import { GatewayTarget } from "./constructs/gateway-target";
import { GatewayTracing } from "./constructs/gateway-tracing";
import { LifecycleScripts } from "./constructs/lifecycle-scripts";
import { Parameter } from "./constructs/parameter";
import { PolicyAttachment } from "./constructs/policy-attachment";
import { PolicyEngine } from "./constructs/policy-engine";
import { ToolFunction } from "./constructs/tool-function";
import { DeploymentStack } from "./deployment-stack";
import type { Project } from "./project";

/**
 * The gateway and what decides at it. Everything waits for the policy engine, and the tools for the attachment:
 *
 *     policy_engine → gateway → policy_attachment → targets → cedar_policies
 *
 * and the other way round on destroy, so that no tool is ever reachable without an enforcing engine in front of it.
 */
export class GatewayStack extends DeploymentStack {
  private readonly scripts = new LifecycleScripts(this, "lifecycle_scripts");
  private readonly engine = new PolicyEngine(this, "policy_engine", { stack: this, scripts: this.scripts });
  private readonly role: GatewayRole;
  private readonly gateway: Gateway;
  private readonly attachment: PolicyAttachment;
  private readonly tools: ReturnType<GatewayStack["createTools"]>;
  private readonly policies: CedarPolicies;

  constructor(
    scope: Construct,
    private readonly project: Project,
  ) {
    super(scope, "gateway", project.settings);
    this.role = this.createRole();
    this.gateway = this.createGateway();
    this.attachment = this.createAttachment();
    this.tools = this.createTools();
    this.policies = this.createPolicies();
    this.trace();
    this.publish();
    this.addOutputs();
  }

  private createRole(): GatewayRole {
    const { tools } = this.project;
    return new GatewayRole(this, "gateway_role", { stack: this, tools, dependsOn: [this.engine.resource] });
  }

  /** Identity is read from parameters, not from the other stack's state: that holds the machine client's secret. */
  private createGateway(): Gateway {
    const { discoveryUrl, machineClientId } = this.names.parameters;
    return new Gateway(this, "gateway", {
      stack: this,
      role: this.role,
      discoveryUrl: new DataAwsSsmParameter(this, "discovery_url", { name: discoveryUrl }).insecureValue,
      allowedClients: [new DataAwsSsmParameter(this, "machine_client_id", { name: machineClientId }).insecureValue],
    });
  }

  private createAttachment(): PolicyAttachment {
    return new PolicyAttachment(this, "policy_attachment", {
      stack: this,
      scripts: this.scripts,
      engine: this.engine,
      gateway: this.gateway,
      targets: this.project.tools.map(({ target }) => target),
    });
  }

  private createTools() {
    return this.project.tools.map((tool) => {
      const lambda = new ToolFunction(this, `tool_${tool.folder}`, {
        deployment: this.settings.name,
        tool,
        logRetentionDays: this.settings.logRetentionDays,
        dependsOn: [this.engine.resource],
      });
      const target = new GatewayTarget(this, `target_${tool.folder}`, {
        gateway: this.gateway,
        target: tool.target,
        functionArn: lambda.arn,
        dependsOn: [this.attachment.resource, this.role.policy],
      });
      return { folder: tool.folder, lambda, name: tool.target.name, target };
    });
  }

  private createPolicies(): CedarPolicies {
    return new CedarPolicies(this, "cedar_policies", {
      stack: this,
      scripts: this.scripts,
      engine: this.engine,
      gateway: this.gateway,
      statements: this.project.statements,
      dependsOn: [this.attachment.resource, ...this.tools.map(({ target }) => target.resource)],
    });
  }

  private trace(): void {
    if (!this.settings.gateway.tracing) return;
    new GatewayTracing(this, "traces", {
      names: this.names,
      gatewayArn: this.gateway.resource.gatewayArn,
      dependsOn: [this.engine.resource],
    });
  }

  private publish(): void {
    new Parameter(this, "parameter_gateway_url", {
      name: this.names.parameters.gatewayUrl,
      value: this.gateway.resource.gatewayUrl,
      description: "MCP endpoint of the gateway",
      // Found by nobody before it is guarded.
      dependsOn: [this.attachment.resource],
    });
  }

  private addOutputs(): void {
    const { gatewayId, gatewayArn, gatewayUrl } = this.gateway.resource;
    const targetIds = this.tools.map(({ name, target }) => [name, target.resource.targetId]);
    const functionArns = this.tools.map(({ folder, lambda }) => [folder, lambda.arn]);
    this.output("gateway_id", gatewayId, "Id of the gateway");
    this.output("gateway_arn", gatewayArn, "ARN of the gateway");
    this.output("gateway_url", gatewayUrl, "MCP endpoint of the gateway");
    this.output("target_ids", Object.fromEntries(targetIds), "Targets of the gateway, by name");
    this.output("tool_function_arns", Object.fromEntries(functionArns), "Tool functions, by folder");
    this.output("policy_engine_id", this.engine.id, "Id of the policy engine");
    this.output("policy_ids", this.policies.ids, "Policies in the engine, by file");
    this.output("ssm_prefix", this.names.parameters.prefix, "Path below which the deployment's parameters are");
  }
}
