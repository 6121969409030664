import { LifecycleError } from "../failure";
import type { RolloutPlan } from "./plan";

/** AgentCore quotas: policies per engine, and bytes of policy text per resource. */
export const POLICIES_PER_ENGINE = 1_000;
export const POLICY_BYTES = 200 * 1_024;

/** Old and new statements stand in the engine together for a while, so together they must fit. */
export function checkLimits(plan: RolloutPlan, engine: string): void {
  const texts = textsOf(plan);
  const bytes = bytesOf(texts);
  const breaches = [
    ...(texts.length > POLICIES_PER_ENGINE ? [`${texts.length} policies, at most ${POLICIES_PER_ENGINE}`] : []),
    ...(bytes > POLICY_BYTES ? [`${bytes} bytes of Cedar, at most ${POLICY_BYTES}`] : []),
  ];
  if (breaches.length === 0) return;
  throw new LifecycleError({
    what: `old and new statements together do not fit the engine: ${breaches.join("; ")}; nothing was changed`,
    resource: `policy engine ${engine}: ${plan.stage.length} new, ${plan.retire.length} old, ${plan.unmanaged.length} unmanaged`,
    next: "change fewer statements at a time: deploy a part of the change first, then the rest",
  });
}

/** Whether one more policy fits beside old and new statements. */
export function hasRoomFor(plan: RolloutPlan, text: string): boolean {
  const texts = [...textsOf(plan), text];
  return texts.length <= POLICIES_PER_ENGINE && bytesOf(texts) <= POLICY_BYTES;
}

const textsOf = ({ keep, resume, stage, retire, unmanaged }: RolloutPlan): (string | undefined)[] => [
  ...[...keep, ...resume].map(({ policy }) => policy.text),
  ...stage.map(({ text }) => text),
  ...[...retire, ...unmanaged].map(({ text }) => text),
];

const bytesOf = (texts: readonly (string | undefined)[]) =>
  texts.reduce((sum, text) => sum + Buffer.byteLength(text ?? ""), 0);
