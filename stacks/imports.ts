import { TerraformResource, type TerraformStack } from "cdktf";
import { suggest, throwIfAny } from "../reporting/problem";
import type { Settings } from "../settings/schema";

/**
 * Has Terraform import what AWS has already, as the settings say: an import block shows in the plan, so it can be reviewed,
 * and does nothing once the resource is in the state. While it stands there, a plan that would destroy or replace the
 * resource is an error. Throws UserError with every address that neither stack has.
 */
export function addImports(stacks: readonly TerraformStack[], { imports, environment }: Settings): void {
  const found = new Map(stacks.flatMap((stack) => resourcesOf(stack).map((one) => [one.address, one] as const)));
  const unknown = Object.keys(imports).filter((address) => !found.has(address));
  throwIfAny(
    "the imports in the settings do not fit the stacks",
    unknown.map((address) => {
      const meant = suggest(address, [...found.keys()]);
      return {
        where: `settings/${environment}.yaml imports`,
        what: "neither stack has this resource",
        value: address,
        limit: "an address as the plan has it",
        ...(meant && { fix: `did you mean ${meant}?` }),
      };
    }),
  );
  for (const stack of stacks) {
    const blocks = Object.entries(imports).filter(([address]) => found.get(address)?.stack === stack);
    for (const [address] of blocks) protect(found.get(address)?.resource);
    if (blocks.length > 0)
      stack.addOverride(
        "import",
        blocks.map(([to, id]) => ({ to, id })),
      );
  }
}

function resourcesOf(stack: TerraformStack) {
  const resources = stack.node
    .findAll()
    .filter((node): node is TerraformResource => TerraformResource.isTerraformResource(node));
  return resources.map((resource) => ({
    stack,
    resource,
    address: `${resource.terraformResourceType}.${resource.friendlyUniqueId}`,
  }));
}

function protect(resource: TerraformResource | undefined): void {
  if (resource) resource.lifecycle = { ...resource.lifecycle, preventDestroy: true };
}
