import type { AwsApi, Environment } from "../core/service";
import { ProviderMethods } from "./methods";
import { type RunningServer, serve } from "./protocol/server";

/** The address that `required_providers` and CDKTF's bindings resolve to. */
const ADDRESS = "registry.terraform.io/hashicorp/aws";

/**
 * Stands in for hashicorp/aws 6.25: a Terraform provider whose resources live in the offline AWS. Any number of
 * Terraform processes can use it at once.
 */
export class TerraformProvider {
  private constructor(private readonly server: RunningServer) {}

  static async start(
    api: AwsApi,
    environment: Environment,
    options: { readonly moduleDirectories: readonly string[] },
  ): Promise<TerraformProvider> {
    const methods = new ProviderMethods({ api, environment, moduleDirectories: options.moduleDirectories });
    return new TerraformProvider(await serve(methods.all));
  }

  /** The value for TF_REATTACH_PROVIDERS. */
  get reattach(): string {
    const plugin = {
      Protocol: "grpc",
      ProtocolVersion: 6,
      Pid: process.pid,
      // Keeps Terraform from ending this process when it is done.
      Test: true,
      Addr: { Network: "tcp", String: `127.0.0.1:${this.server.port}` },
    };
    return JSON.stringify({ [ADDRESS]: plugin });
  }

  close(): Promise<void> {
    return this.server.close();
  }
}
