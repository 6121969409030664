import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { AssetType, DataResource, TerraformAsset } from "cdktf";
import { Construct } from "constructs";
import type { ToolTarget } from "../../cedar/tools";
import { buildFolder } from "../build-folder";
import { MAIN, type DeploymentStack } from "../deployment-stack";
import { attachmentParameters, engineParameters } from "../script-parameters";
import { literal } from "../terraform";
import type { Gateway } from "./gateway";
import type { LifecycleScripts } from "./lifecycle-scripts";
import type { PolicyEngine } from "./policy-engine";

export interface PolicyAttachmentProps {
  readonly stack: DeploymentStack;
  readonly scripts: LifecycleScripts;
  readonly engine: PolicyEngine;
  readonly gateway: Gateway;
  readonly targets: readonly ToolTarget[];
}

/**
 * Puts the policy engine in front of the gateway before there is anything behind it, and writes every later change of the
 * gateway, engine included, in one request.
 */
export class PolicyAttachment extends Construct {
  readonly resource: DataResource;

  constructor(scope: Construct, id: string, props: PolicyAttachmentProps) {
    super(scope, id);
    const { stack, scripts, engine, gateway, targets } = props;
    const { PUBLISH_PREFIX: _, POLICY_NAME_PREFIX: __, ...parameters } = engineParameters(stack);
    this.resource = new DataResource(this, MAIN, {
      triggersReplace: {
        policy_engine: engine.id,
        mode: stack.settings.policyEngine.mode,
        gateway_arn: gateway.resource.gatewayArn,
        ...gatewayTriggers(gateway),
        ...targetTriggers(targets),
      },
      provisioners: [
        scripts.run("attachment ensure", {
          ...parameters,
          ...attachmentParameters(stack, gateway.wanted),
          TARGETS: this.createAsset(targets).path,
        }),
      ],
      dependsOn: [engine.resource, gateway.resource],
    });
  }

  /** A file, because many tools are more than an environment variable holds. */
  private createAsset(targets: readonly ToolTarget[]): TerraformAsset {
    const text = JSON.stringify(targets);
    const folder = buildFolder("targets", text);
    mkdirSync(folder, { recursive: true });
    const file = path.join(folder, "targets.json");
    writeFileSync(file, text);
    return new TerraformAsset(this, "targets", { path: file, type: AssetType.FILE });
  }
}

/** One trigger per member, so that a plan shows which one changes. */
function gatewayTriggers(gateway: Gateway): Record<string, string> {
  const { gatewayIdentifier: _, ...members } = gateway.wanted;
  const present = Object.entries(members).filter(([, value]) => value !== null);
  return Object.fromEntries(present.map(([name, value]) => [`gateway.${name}`, asText(value)]));
}

/** A tool that appears behind the gateway, or takes another input, is a reason to look whether the gateway is guarded. */
const targetTriggers = (targets: readonly ToolTarget[]) =>
  Object.fromEntries(targets.map(({ name, tools }) => [`target.${name}`, literal(JSON.stringify(tools))]));

const asText = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));
