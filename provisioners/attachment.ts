import { isDeepStrictEqual } from "node:util";
import type { UpdateGatewayCommandInput } from "@aws-sdk/client-bedrock-agentcore-control";
import { tagsOf, type Engine } from "./aws/engines";
import { getGateway, updateGateway, type Gateway } from "./aws/gateways";
import type { Context } from "./context";
import { refuseChangedInputs } from "./changed-inputs";
import type { Parameters } from "./contract";
import { bears, ownEngine } from "./engine";
import { LifecycleError } from "./failure";
import { waitUntil } from "./wait";

type Wanted = Pick<
  Parameters<"attachment ensure">,
  "GATEWAY" | "MODE" | "ENGINE_NAME" | "OWNERSHIP_TAGS" | "TAKE_OVER"
> &
  Partial<Pick<Parameters<"attachment ensure">, "TARGETS">>;

/**
 * The members of UpdateGateway besides the identifier. What an update leaves out is lost, so every one of
 * them is written back, from what is wanted or else from what the gateway has.
 */
const WRITABLE = [
  "name",
  "description",
  "roleArn",
  "protocolType",
  "protocolConfiguration",
  "authorizerType",
  "authorizerConfiguration",
  "kmsKeyArn",
  "customTransformConfiguration",
  "interceptorConfigurations",
  "policyEngineConfiguration",
  "exceptionLevel",
  "wafConfiguration",
] as const satisfies readonly (keyof UpdateGatewayCommandInput)[];

/** What a gateway's answer holds beyond that: read-only, or set by other operations. */
const READ_ONLY = [
  "gatewayArn",
  "gatewayId",
  "gatewayUrl",
  "createdAt",
  "updatedAt",
  "status",
  "statusReasons",
  "workloadIdentityDetails",
  "webAclArn",
] as const satisfies readonly (keyof Gateway)[];

/**
 * Makes the gateway what is wanted, engine and mode included, in one UpdateGateway; waits until it is READY,
 * reads it back and compares. A gateway that is as wanted is left untouched. Returns the gateway's engine. Where targets
 * are to change next, refuses a change that a forbid does not survive.
 */
export async function ensureAttachment(context: Context, wanted: Wanted): Promise<Engine> {
  const engine = await ownEngine(context, wanted);
  if (wanted.TARGETS) await refuseChangedInputs(context, engine, wanted.GATEWAY.gatewayIdentifier, wanted.TARGETS);
  const gateway = await settled(context, wanted.GATEWAY.gatewayIdentifier);
  const target = targetState(wanted, engine);
  if (gatewayDifferences(gateway, target).length === 0 && gateway.status === "READY") {
    context.log.step(`gateway ${gateway.gatewayId} is as wanted: ${engine.name} attached in ${wanted.MODE}`);
    return engine;
  }
  await write(context, gateway, async (now) => {
    await refuseForeignEngine(context, now, engine, wanted);
    const different = gatewayDifferences(now, target).join(", ") || `status ${now.status}`;
    context.log.step(`writing gateway ${now.gatewayId}: ${different}`);
    return updateOf(now, target);
  });
  await readBack(context, wanted.GATEWAY.gatewayIdentifier, target);
  context.log.step(`gateway ${gateway.gatewayId} is READY: ${engine.name} attached in ${wanted.MODE}`);
  return engine;
}

/**
 * Takes the engine off a gateway, and nothing else. For a gateway without targets alone: the caller has looked.
 * Throws LifecycleError when the gateway does not end up as it was written.
 */
export async function detachEngine(context: Context, gateway: Gateway): Promise<void> {
  await write(context, gateway, (now) => {
    const { policyEngineConfiguration: _, ...detached } = updateOf(now, {});
    return Promise.resolve(detached);
  });
  await readBack(context, gateway.gatewayId ?? "", { policyEngineConfiguration: undefined });
}

/** Writes what `inputOf` makes of the gateway: as it was seen last, and when AWS refuses that, as it is by then. */
async function write(
  context: Context,
  seen: Gateway,
  inputOf: (gateway: Gateway) => Promise<UpdateGatewayCommandInput>,
): Promise<void> {
  let isFirst = true;
  await updateGateway(context, seen.gatewayId ?? "", async () => {
    const gateway = isFirst ? seen : await settled(context, seen.gatewayId ?? "");
    isFirst = false;
    refuseUnknownMembers(gateway);
    return inputOf(gateway);
  });
}

/** What is wanted of the members of UpdateGateway. */
export type TargetState = Partial<Record<(typeof WRITABLE)[number], unknown>>;

/** The gateway with the engine in front of it. */
export function targetState(wanted: Pick<Wanted, "GATEWAY" | "MODE">, engine: Pick<Engine, "arn">): TargetState {
  const { gatewayIdentifier: _, ...members } = wanted.GATEWAY;
  return { ...members, policyEngineConfiguration: { arn: engine.arn, mode: wanted.MODE } };
}

function updateOf(gateway: Gateway, target: TargetState): UpdateGatewayCommandInput {
  const members = WRITABLE.map((key) => [key, key in target ? target[key] : gateway[key]] as const);
  const present = Object.fromEntries(members.filter(([, value]) => value !== undefined && value !== null));
  return { gatewayIdentifier: gateway.gatewayId, ...present } as UpdateGatewayCommandInput;
}

/**
 * Names of the members that are not as wanted, `policyEngineConfiguration` among them: what somebody added counts as
 * well. Members that nothing is wanted of are not compared.
 */
export const gatewayDifferences = (gateway: Gateway, target: TargetState): string[] =>
  differences(gateway, target, same);

type Comparison = (actual: unknown, wanted: unknown) => boolean;

function differences(gateway: Gateway, target: TargetState, agree: Comparison): string[] {
  return Object.entries(target)
    .filter(([key, value]) => !agree(normal(gateway[key as keyof Gateway]), normal(value)))
    .map(([key]) => key);
}

/** Decides whether to write: anything that is not wanted is a difference, also what somebody added. */
const same: Comparison = isDeepStrictEqual;

/** Judges what was written: AWS may fill in defaults inside a member, but must not change what was wanted. */
const covers: Comparison = (actual, wanted) => {
  if (!isObject(wanted)) return isDeepStrictEqual(actual, wanted);
  return isObject(actual) && Object.entries(wanted).every(([key, value]) => covers(actual[key], value));
};

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Without what makes no difference: the order of lists of strings (clients, versions), null for absent. */
function normal(value: unknown): unknown {
  if (Array.isArray(value)) {
    const items = value.map(normal);
    return items.every((item) => typeof item === "string") ? [...items].sort() : items;
  }
  if (!isObject(value)) return value ?? undefined;
  const entries = Object.entries(value).map(([key, member]) => [key, normal(member)] as const);
  return Object.fromEntries(entries.filter(([, member]) => member !== undefined));
}

async function settled(context: Context, id: string): Promise<Gateway> {
  const gateway = await waitUntil(context, {
    what: `gateway ${id} to settle`,
    look: () => getGateway(context, id),
    done: (seen) => !["CREATING", "UPDATING"].includes(seen?.status ?? ""),
    state: (seen) => `gateway ${id}: ${seen?.status}`,
  });
  if (gateway && gateway.status !== "DELETING" && gateway.status !== "FAILED") return gateway;
  throw new LifecycleError({
    what: `the gateway is ${gateway?.status ?? "gone"}`,
    resource: `gateway ${id}`,
    awsSaid: gateway?.statusReasons,
    next: "run `cdktf deploy` again; where the gateway was deleted by hand, Terraform makes it anew",
  });
}

/** How long AWS may show a gateway as it was before a write that it has taken. Milliseconds. */
const STALE = 10_000;

/** Throws LifecycleError where the gateway is not what was written, also after a while of looking. */
async function readBack(context: Context, id: string, target: TargetState): Promise<void> {
  const end = Date.now() + Math.min(STALE, context.patience.deadline);
  const gateway = await waitUntil(context, {
    what: `gateway ${id} to show what was written`,
    look: () => settled(context, id),
    done: (seen) => seen.status !== "READY" || differences(seen, target, covers).length === 0 || Date.now() >= end,
    state: (seen) => `gateway ${id}, different: ${differences(seen, target, covers).join(", ")}`,
  });
  const left = differences(gateway, target, covers);
  if (left.length === 0 && gateway.status === "READY") return;
  throw new LifecycleError({
    what: `the gateway is not as it was written: status ${gateway.status}${left.length > 0 ? `, different: ${left.join(", ")}` : ""}`,
    resource: `gateway ${gateway.gatewayId}`,
    awsSaid: gateway.statusReasons,
    next: "check the gateway role's permissions and whether somebody else writes this gateway, then run `cdktf deploy` again",
  });
}

async function refuseForeignEngine(context: Context, gateway: Gateway, engine: Engine, wanted: Wanted): Promise<void> {
  const attached = gateway.policyEngineConfiguration?.arn;
  if (attached === undefined || attached === engine.arn || wanted.TAKE_OVER) return;
  if (bears(await tagsOf(context, attached), wanted.OWNERSHIP_TAGS)) return;
  throw new LifecycleError({
    what: "another policy engine is attached to the gateway; it is not this deployment's, so it was not replaced",
    resource: `gateway ${gateway.gatewayId}, attached ${attached}`,
    next: "find out who attached it; to put this deployment's engine in its place set policyEngine.takeOver to true",
  });
}

/** A member that this SDK, or this script, does not know would be lost by writing the gateway back. */
function refuseUnknownMembers(gateway: Gateway): void {
  const known = new Set<string>([...WRITABLE, ...READ_ONLY, "$metadata", "unknownMembers"]);
  const unwritten = Object.entries(gateway).filter(([key, value]) => value !== undefined && !known.has(key));
  const unknown = [...gateway.unknownMembers, ...unwritten.map(([key]) => key)];
  if (unknown.length === 0) return;
  throw new LifecycleError({
    what: `the gateway has settings that this version does not know and would wipe: ${unknown.join(", ")}`,
    resource: `gateway ${gateway.gatewayId}`,
    next: "update @aws-sdk/client-bedrock-agentcore-control to a version that knows them, and deploy again",
  });
}
