import { findEngine, tagsOf, type Engine } from "../provisioners/aws/engines";
import { gatewaysNamed, getGateway, type Gateway } from "../provisioners/aws/gateways";
import { listTargets } from "../provisioners/aws/targets";
import { parametersBelow } from "../provisioners/aws/parameters";
import type { EnginePolicy } from "../provisioners/aws/policies";
import type { Context, Tags } from "../provisioners/context";
import { settledPolicies } from "../provisioners/rollout/settle";
import type { Names } from "../settings/names";

/** What the account holds of a deployment, found by names and never by an id that somebody stored. */
export interface Snapshot {
  readonly engine: (Engine & { readonly tags: Tags; readonly policies: readonly EnginePolicy[] }) | undefined;
  /** More than one where somebody made another gateway of the same name. */
  readonly gateways: readonly (Gateway & { readonly targets: readonly string[] })[];
  /** What the identity stack published; undefined where it is missing. */
  readonly discoveryUrl: string | undefined;
  readonly machineClientId: string | undefined;
  /** What the scripts published, by the parameter's name. */
  readonly published: ReadonlyMap<string, string>;
}

/** Reads everything once. A rollout that is under way is waited for. Throws what AWS refuses. */
export async function takeSnapshot(context: Context, names: Names): Promise<Snapshot> {
  const [engine, gateways, parameters, published] = await Promise.all([
    engineOf(context, names.policyEngine),
    gatewaysOf(context, names.gateway),
    parametersBelow(context, names.parameters.prefix),
    parametersBelow(context, names.parameters.policy),
  ]);
  return {
    engine,
    gateways,
    discoveryUrl: parameters.get(names.parameters.discoveryUrl),
    machineClientId: parameters.get(names.parameters.machineClientId),
    published,
  };
}

async function engineOf(context: Context, name: string): Promise<Snapshot["engine"]> {
  const engine = await findEngine(context, name);
  if (!engine) return undefined;
  const [tags, policies] = await Promise.all([tagsOf(context, engine.arn), settledPolicies(context, engine.id)]);
  return { ...engine, tags, policies };
}

async function gatewaysOf(context: Context, name: string): Promise<Snapshot["gateways"]> {
  const ids = await gatewaysNamed(context, name);
  const gateways = await Promise.all(
    ids.map(async (id) => {
      const [gateway, targets] = await Promise.all([getGateway(context, id), listTargets(context, id)]);
      return gateway && { ...gateway, targets: targets.map(({ name: target }) => target) };
    }),
  );
  return gateways.flatMap((gateway) => gateway ?? []);
}
