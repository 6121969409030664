import { gatewayDifferences, targetState, type TargetState } from "../provisioners/attachment";
import { ownershipTags } from "../provisioners/contract";
import { bears } from "../provisioners/engine";
import { commonTags, wantedGateway } from "../stacks/script-parameters";
import { comparePolicies, planOf } from "./compare-policies";
import { comparePublished } from "./compare-published";
import type { Deployment } from "./deployment";
import { worstFirst, type Finding } from "./finding";
import type { Snapshot } from "./snapshot";

type FoundGateway = Snapshot["gateways"][number];
type FoundEngine = NonNullable<Snapshot["engine"]>;

/** Everything that is not as the repository says, worst first. Judged by the same rules as the lifecycle scripts. */
export function compare(deployment: Deployment, snapshot: Snapshot): Finding[] {
  const { engine, gateways } = snapshot;
  const [gateway] = gateways;
  return worstFirst([
    ...(engine ? engineFindings(deployment, engine) : [withoutEngine(deployment, gateways)]),
    ...gatewayCount(deployment, gateways),
    ...(gateway ? gatewayFindings(deployment, snapshot, gateway) : []),
    ...(engine ? policyFindings(deployment, snapshot, engine, gateway?.gatewayArn ?? "") : []),
  ]);
}

function policyFindings(
  deployment: Deployment,
  snapshot: Snapshot,
  engine: FoundEngine,
  gatewayArn: string,
): Finding[] {
  const plan = planOf(deployment, engine.policies, gatewayArn);
  return [...comparePolicies(deployment, plan), ...comparePublished(deployment, snapshot, plan)];
}

/** Nothing can be reached where there is no gateway either: a deployment that never was, or is no more. */
function withoutEngine({ names }: Deployment, gateways: readonly FoundGateway[]): Finding {
  const missing = { resource: `policy engine ${names.policyEngine}`, what: "does not exist" };
  return gateways.length > 0
    ? { ...missing, effect: "open" }
    : { ...missing, effect: "narrower", next: "deploy again" };
}

function engineFindings({ settings, names }: Deployment, engine: FoundEngine): Finding[] {
  const resource = `policy engine ${names.policyEngine}`;
  const ownership = ownershipTags(settings.name, settings.environment);
  const foreign: Finding = {
    resource,
    what: "does not bear this deployment's tags: it is not, or no longer, this deployment's",
    effect: "wider",
    wanted: tagLines(ownership),
    seen: tagLines(engine.tags),
    next: "find out whose it is; policyEngine.takeOver in the settings makes it this deployment's",
  };
  const unsettled: Finding = {
    resource,
    what: `is ${engine.status}: ${engine.statusReasons.join("; ") || "AWS gives no reason"}`,
    effect: "narrower",
    next: "deploy again",
  };
  return [
    ...(bears(engine.tags, ownership) ? tagFindings(resource, engine, commonTags(settings)) : [foreign]),
    ...(engine.status === "ACTIVE" ? [] : [unsettled]),
  ];
}

/** Terraform does not see the engine's tags: a change of them in the settings gets to an engine that is there by repair. */
function tagFindings(resource: string, engine: FoundEngine, wanted: Readonly<Record<string, string>>): Finding[] {
  const keys = Object.keys(wanted).filter((key) => engine.tags[key] !== wanted[key]);
  if (keys.length === 0) return [];
  const only = (tags: Readonly<Record<string, string>>) =>
    tagLines(Object.fromEntries(Object.entries(tags).filter(([key]) => keys.includes(key))));
  const what = "does not bear the tags of the settings";
  return [{ resource, what, effect: "none", wanted: only(wanted), seen: only(engine.tags) || "none" }];
}

function gatewayCount({ names }: Deployment, gateways: readonly FoundGateway[]): Finding[] {
  const resource = `gateway ${names.gateway}`;
  const next = "deploy again: Terraform makes the gateway anew";
  if (gateways.length === 0) return [{ resource, what: "does not exist", effect: "narrower", next }];
  return gateways.slice(1).map(({ gatewayId }) => ({
    resource: `gateway ${gatewayId}`,
    what: `bears the deployment's name as ${gateways[0]?.gatewayId} does: one of them is somebody else's`,
    effect: "wider",
    next: "delete the one that Terraform does not know (`terraform state show aws_bedrockagentcore_gateway.gateway`)",
  }));
}

function gatewayFindings(deployment: Deployment, snapshot: Snapshot, gateway: FoundGateway): Finding[] {
  const resource = `gateway ${gateway.gatewayId}`;
  const unsettled: Finding = {
    resource,
    what: `is ${gateway.status}: ${(gateway.statusReasons ?? []).join("; ") || "AWS gives no reason"}`,
    effect: "narrower",
  };
  return [
    ...(gateway.status === "READY" ? [] : [unsettled]),
    ...attachmentFindings(deployment, snapshot.engine, gateway, resource),
    ...memberFindings(deployment, snapshot, gateway, resource),
    ...targetFindings(deployment, gateway, resource),
  ];
}

/** By name and mode: an engine that is gone has no ARN to compare with, and is a finding already. */
function attachmentFindings(
  { settings, names }: Deployment,
  engine: FoundEngine | undefined,
  gateway: FoundGateway,
  resource: string,
): Finding[] {
  const { arn, mode } = gateway.policyEngineConfiguration ?? {};
  const wanted = settings.policyEngine.mode;
  if (arn === undefined) return [{ resource, what: "no policy engine is attached", effect: "open" }];
  const other: Finding = {
    resource,
    what: "another policy engine is attached",
    effect: "wider",
    wanted: engine?.arn ?? `${names.policyEngine}, which does not exist`,
    seen: arn,
    next: "find out who attached it; to have repair replace it, set policyEngine.takeOver to true",
  };
  const effect = mode === "ENFORCE" ? "narrower" : "open";
  const otherMode: Finding = { resource, what: "the engine's mode is different", effect, wanted, seen: mode ?? "none" };
  return [...(arn === engine?.arn ? [] : [other]), ...(mode === wanted ? [] : [otherMode])];
}

/** Members by which a caller is let in, or a request changed on its way. */
const GUARDING = new Set([
  ...["authorizerType", "authorizerConfiguration", "roleArn"],
  ...["interceptorConfigurations", "customTransformConfiguration"],
]);

function memberFindings(
  deployment: Deployment,
  snapshot: Snapshot,
  gateway: FoundGateway,
  resource: string,
): Finding[] {
  const target = wantedMembers(deployment, snapshot, gateway);
  if (!target) {
    const { discoveryUrl, machineClientId } = deployment.names.parameters;
    const what = `cannot be compared: ${discoveryUrl} or ${machineClientId} is missing in SSM`;
    return [{ resource, what, effect: "wider", next: "deploy the identity stack again" }];
  }
  return gatewayDifferences(gateway, target)
    .filter((member) => member !== "policyEngineConfiguration")
    .map((member) => ({
      resource,
      what: `${member} is different`,
      effect: GUARDING.has(member) ? "wider" : "none",
      wanted: inLines(target[member as keyof TargetState]),
      seen: inLines(gateway[member as keyof FoundGateway]),
    }));
}

function wantedMembers(deployment: Deployment, snapshot: Snapshot, gateway: FoundGateway): TargetState | undefined {
  const wanted = gatewayParameters(deployment, snapshot, gateway);
  return wanted && targetState({ GATEWAY: wanted, MODE: deployment.settings.policyEngine.mode }, { arn: "" });
}

/** The gateway as the stacks want it, or undefined where what the identity stack published is missing. */
export function gatewayParameters(deployment: Deployment, snapshot: Snapshot, gateway: FoundGateway) {
  const { discoveryUrl, machineClientId } = snapshot;
  if (!discoveryUrl || !machineClientId) return undefined;
  const [, partition = "", , , account = ""] = (gateway.gatewayArn ?? "").split(":");
  return wantedGateway(deployment, {
    id: gateway.gatewayId ?? "",
    roleArn: `arn:${partition}:iam::${account}:role/${deployment.names.gatewayRole}`,
    discoveryUrl,
    allowedClients: [machineClientId],
  });
}

function targetFindings({ tools }: Deployment, gateway: FoundGateway, resource: string): Finding[] {
  const wanted = new Set(tools.map(({ target }) => target.name));
  const seen = new Set(gateway.targets);
  return [
    ...[...seen]
      .filter((name) => !wanted.has(name))
      .map((name) => targetFinding(resource, name, "is not the repository's")),
    ...[...wanted].filter((name) => !seen.has(name)).map((name) => targetFinding(resource, name, "is missing")),
  ];
}

const targetFinding = (resource: string, name: string, what: string): Finding => ({
  resource,
  what: `target ${name} ${what}`,
  effect: what === "is missing" ? "narrower" : "wider",
  next: what === "is missing" ? "deploy again: Terraform makes targets" : "delete it, or bring it into lambdas/tools",
});

const inLines = (value: unknown): string =>
  value === undefined || value === null ? "none" : typeof value === "string" ? value : JSON.stringify(value, null, 2);

const tagLines = (tags: Readonly<Record<string, string>>): string =>
  Object.entries(tags)
    .map(([key, value]) => `${key}=${value}`)
    .sort()
    .join("\n");
