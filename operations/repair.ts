import type { Context } from "../provisioners/context";
import { isManaged } from "../provisioners/rollout/names";
import { runVerb } from "../provisioners/verbs";
import { UserError, throwIfAny } from "../reporting/problem";
import { policySetFolder } from "../settings/policy-sets";
import {
  attachmentParameters,
  creationParameters,
  engineParameters,
  rolloutParameters,
} from "../stacks/script-parameters";
import { gatewayParameters } from "./compare";
import type { Deployment } from "./deployment";
import type { Snapshot } from "./snapshot";

/**
 * Puts a deployment back to what the repository says, with the same steps as a deployment takes: the engine, its
 * attachment, then the policies. So there is no moment without a decision beyond the one that is mended, and what both
 * sets of policies allow is never denied.
 *
 * Policies of others are deleted only where they are named. Throws UserError where repair is not enough, before
 * anything is changed, and LifecycleError for what AWS refuses.
 */
export async function repair(
  context: Context,
  deployment: Deployment,
  snapshot: Snapshot,
  deleteUnmanaged: readonly string[],
): Promise<void> {
  checkNames(deployment, snapshot, deleteUnmanaged);
  const environment = environmentOf(replacing(deployment, deleteUnmanaged), snapshot);
  const step = (verb: Parameters<typeof runVerb>[0]) => runVerb(verb, environment, context.log);
  await step("engine ensure");
  await step("attachment ensure");
  await step("policies rollout");
}

/** With these policies of others to go as old statements do: permits before forbids, each in its time. */
function replacing({ settings, ...rest }: Deployment, policies: readonly string[]): Deployment {
  const replacePolicies = [...new Set([...settings.policyEngine.replacePolicies, ...policies])];
  return { ...rest, settings: { ...settings, policyEngine: { ...settings.policyEngine, replacePolicies } } };
}

/** What Terraform hands to the scripts, with the values in place of its references. */
function environmentOf(deployment: Deployment, snapshot: Snapshot): Record<string, string> {
  const { settings, names } = deployment;
  const [gateway, ...others] = snapshot.gateways;
  const wanted = gateway && gatewayParameters(deployment, snapshot, gateway);
  if (!gateway || !wanted || others.length > 0) {
    const count = {
      where: `gateway ${names.gateway}`,
      what: `there are ${snapshot.gateways.length}`,
      limit: "exactly one",
    };
    const published = { where: names.parameters.prefix, what: "the identity stack's parameters are missing" };
    throw new UserError("this cannot be put back by the scripts alone: deploy again, or delete what is too much", [
      ...(snapshot.gateways.length === 1 ? [] : [count]),
      ...(snapshot.discoveryUrl && snapshot.machineClientId ? [] : [published]),
    ]);
  }
  return {
    ...engineParameters(deployment),
    ...creationParameters(deployment),
    ...attachmentParameters(deployment, wanted),
    // Terraform alone changes targets.
    TARGETS: "",
    ...rolloutParameters(deployment, {
      gatewayArn: gateway.gatewayArn ?? "",
      statements: policySetFolder(settings.policySet),
    }),
  };
}

function checkNames({ names }: Deployment, snapshot: Snapshot, asked: readonly string[]): void {
  const policies = snapshot.engine?.policies ?? [];
  const found = asked.map((name) => ({ name, policy: policies.find((policy) => policy.name === name) }));
  throwIfAny(
    "the policies to delete are not such that repair deletes them",
    found.flatMap(({ name, policy }) => {
      const where = `--delete-unmanaged ${name}`;
      if (!policy) return [{ where, what: "no policy of the engine has this name" }];
      if (!isManaged(name, names.policyPrefix)) return [];
      return [{ where, what: "is this deployment's own", fix: "take it out of the policy set; repair does the rest" }];
    }),
  );
}
