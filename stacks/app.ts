import { App } from "cdktf";
import { GatewayStack } from "./gateway-stack";
import { IdentityStack } from "./identity-stack";
import type { Project } from "./project";

/**
 * The two stacks of a deployment. Their names are the same in every environment; what must not meet (state files,
 * workspaces) is told apart by the deployment's name or the environment.
 */
export function createApp(project: Project, options: { readonly outdir?: string } = {}): App {
  const app = new App(options);
  const identity = new IdentityStack(app, "identity", project.settings);
  // The gateway stack reads what the identity stack published, which Terraform cannot see.
  new GatewayStack(app, "gateway", project).addDependency(identity);
  return app;
}
