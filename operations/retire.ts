import pMap from "p-map";
import { detachEngine } from "../provisioners/attachment";
import { getGateway, listGatewayIds, type Gateway } from "../provisioners/aws/gateways";
import { listTargets, type TargetSummary } from "../provisioners/aws/targets";
import { ownershipTags } from "../provisioners/contract";
import type { Context } from "../provisioners/context";
import { CONCURRENCY, bears } from "../provisioners/engine";
import { isManaged } from "../provisioners/rollout/names";
import { runVerb } from "../provisioners/verbs";
import { throwIfAny, type Problem } from "../reporting/problem";
import { engineParameters } from "../stacks/script-parameters";
import type { Deployment } from "./deployment";
import type { Snapshot } from "./snapshot";

/**
 * Takes the deployment's policy engine away for good: detaches it from the deployment's own gateway, then deletes it with its
 * policies. Refuses, changing nothing, while any gateway with a target uses it, while a gateway of others does, while
 * a policy of others is in it, or while it is not this deployment's. Throws UserError with all reasons.
 */
export async function retire(
  context: Context,
  deployment: Deployment,
  snapshot: Snapshot,
  confirmed: string,
): Promise<void> {
  const { engine } = snapshot;
  const users = engine ? await usersOf(context, engine.arn) : [];
  throwIfAny("the policy engine stays; nothing was changed", reasonsAgainst(deployment, snapshot, users, confirmed));
  for (const { gateway } of users) {
    context.log.step(`gateway ${gateway.gatewayId} has no targets: detaching ${engine?.name}`);
    await detachEngine(context, gateway);
  }
  await runVerb("engine destroy", engineParameters(deployment), context.log);
}

interface User {
  readonly gateway: Gateway;
  readonly targets: readonly TargetSummary[];
}

/** Gateways that the engine is attached to, with what is behind them. */
async function usersOf(context: Context, engineArn: string): Promise<User[]> {
  const ids = await listGatewayIds(context);
  const gateways = await pMap(ids, (id) => getGateway(context, id), { concurrency: CONCURRENCY });
  const users = gateways.filter((gateway) => gateway?.policyEngineConfiguration?.arn === engineArn);
  return Promise.all(
    users.flatMap((gateway) =>
      gateway ? [listTargets(context, gateway.gatewayId ?? "").then((targets) => ({ gateway, targets }))] : [],
    ),
  );
}

function reasonsAgainst(
  { settings, names }: Deployment,
  { engine }: Snapshot,
  users: readonly User[],
  confirmed: string,
): Problem[] {
  const problems: Problem[] = [];
  if (confirmed !== names.policyEngine)
    problems.push({
      where: "--confirm",
      what: "is not the engine's name",
      value: confirmed,
      limit: names.policyEngine,
    });
  if (!engine) {
    problems.push({ where: `policy engine ${names.policyEngine}`, what: "does not exist" });
  } else if (!bears(engine.tags, ownershipTags(settings.name, settings.environment))) {
    problems.push({ where: `policy engine ${engine.name}`, what: "does not bear this deployment's tags" });
  } else {
    const unmanaged = engine.policies.filter(({ name }) => !isManaged(name, names.policyPrefix));
    problems.push(
      ...unmanaged.map(({ name }) => ({
        where: `policy ${name} of ${engine.name}`,
        what: "was not made by this deployment, and would be deleted with the engine",
        fix: "delete it in the engine if nobody needs it",
      })),
    );
  }
  for (const { gateway, targets } of users) {
    const where = `gateway ${gateway.gatewayId}`;
    if (gateway.name !== names.gateway)
      problems.push({
        where,
        what: "uses the engine and is not this deployment's",
        fix: "give it an engine of its own",
      });
    if (targets.length > 0)
      problems.push({
        where,
        what: `its targets would be reachable without a decision: ${targets.map(({ name }) => name).join(", ")}`,
        fix: "destroy the targets first, or the whole gateway: then there is nothing left to retire",
      });
  }
  return problems;
}
