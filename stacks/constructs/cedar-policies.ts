import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { AssetType, DataResource, TerraformAsset, type ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { Statement } from "../../cedar/policy-set";
import { buildFolder } from "../build-folder";
import { MAIN, type DeploymentStack } from "../deployment-stack";
import { attachmentParameters, engineParameters, rolloutParameters } from "../script-parameters";
import { literal } from "../terraform";
import type { Gateway } from "./gateway";
import type { LifecycleScripts } from "./lifecycle-scripts";
import type { PolicyEngine } from "./policy-engine";
import { PublishedIds } from "./published-ids";

export interface CedarPoliciesProps {
  readonly stack: DeploymentStack;
  readonly scripts: LifecycleScripts;
  readonly engine: PolicyEngine;
  readonly gateway: Gateway;
  readonly statements: readonly Statement[];
  /** The attachment, and every target: AgentCore refuses a statement about a tool that is not there yet. */
  readonly dependsOn: ITerraformDependable[];
}

/** The Cedar statements in the engine, rolled out by a script without a moment of too much or too little. */
export class CedarPolicies extends Construct {
  readonly resource: DataResource;
  private readonly published: PublishedIds;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: CedarPoliciesProps,
  ) {
    super(scope, id);
    this.resource = this.createResource();
    this.published = new PublishedIds(this, "published", {
      path: props.stack.names.parameters.policy,
      dependsOn: [this.resource],
    });
  }

  /** Policy ids by file stem. */
  get ids(): unknown {
    return this.published.policyIds;
  }

  private createResource(): DataResource {
    const { stack, scripts, engine, gateway, statements, dependsOn } = this.props;
    const gatewayArn = gateway.resource.gatewayArn;
    return new DataResource(this, MAIN, {
      triggersReplace: {
        policy_engine: engine.id,
        gateway_arn: gatewayArn,
        validation_mode: stack.settings.policyEngine.validationMode,
        scripts: scripts.version,
        ...replacing(stack.settings.policyEngine.replacePolicies),
        // As in the file, by its name: a plan shows which lines change.
        ...Object.fromEntries(statements.map(({ stem, text }) => [`${stem}.cedar`, literal(text)])),
      },
      provisioners: [
        scripts.run("policies rollout", {
          ...engineParameters(stack),
          ...attachmentParameters(stack, gateway.wanted),
          ...rolloutParameters(stack, { gatewayArn, statements: this.createAsset().path }),
        }),
      ],
      dependsOn,
    });
  }

  /** A folder with the set's statements and nothing else that may lie beside them. */
  private createAsset(): TerraformAsset {
    const texts = this.props.statements.map(({ stem, text }) => [stem, text]);
    const folder = buildFolder("statements", JSON.stringify(texts));
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    for (const { stem, text } of this.props.statements) writeFileSync(path.join(folder, `${stem}.cedar`), text);
    return new TerraformAsset(this, "statements", { path: folder, type: AssetType.DIRECTORY });
  }
}

/** A trigger only where there is something to replace, and in words, for the plan. */
const replacing = (names: readonly string[]): Record<string, string> =>
  names.length > 0 ? { replaced_policies: names.join("\n") } : {};
