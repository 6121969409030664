import { App } from "cdktf";
import { GatewayStack } from "./gateway-stack";
import { IdentityStack } from "./identity-stack";
import { addImports } from "./imports";
import type { Project } from "./project";

/** The two stacks of a deployment, `<environment>-identity` and `<environment>-gateway`. Throws UserError for imports that fit neither. */
export function createApp(project: Project, options: { readonly outdir?: string } = {}): App {
  const app = new App(options);
  const identity = new IdentityStack(app, project.settings);
  // The gateway stack reads what the identity stack published, which Terraform cannot see.
  const gateway = new GatewayStack(app, project);
  gateway.addDependency(identity);
  addImports([identity, gateway], project.settings);
  return app;
}
