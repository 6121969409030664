import { AssetType, TerraformAsset, type LocalExecProvisioner } from "cdktf";
import { Construct } from "constructs";
import { bundleProvisioners } from "../../provisioners/bundle";
import type { Verb, VerbEnvironment } from "../../provisioners/contract";
import { MAIN } from "../deployment-stack";

/** The bundle of lifecycle scripts, and how Terraform calls it. */
export class LifecycleScripts extends Construct {
  private readonly asset: TerraformAsset;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.asset = new TerraformAsset(this, MAIN, { path: bundleProvisioners(), type: AssetType.DIRECTORY });
  }

  /** Another one for another bundle. */
  get version(): string {
    return this.asset.assetHash;
  }

  /**
   * A local-exec that runs one verb. The path stands literally in the command: it holds a hash, and the file of an
   * earlier hash is gone when a destroy would look for it in `self`.
   */
  run<V extends Verb>(
    verb: V,
    environment: VerbEnvironment<V>,
    when: "create" | "destroy" = "create",
  ): LocalExecProvisioner {
    return {
      type: "local-exec",
      command: `node ${this.asset.path}/index.js ${verb}`,
      environment,
      ...(when === "destroy" ? { when } : {}),
    };
  }
}
