/**
 * How long things take, in milliseconds. `none` is for tests: everything asynchronous still passes through
 * its documented statuses, but leaves them at the next turn of the event loop.
 */
export interface LatencyProfile {
  /** Before any request is answered. */
  readonly request: number;
  /** From an accepted mutation (CREATING, UPDATING, DELETING) to its final status. */
  readonly transition: Readonly<Record<"gateway" | "gatewayTarget" | "policyEngine" | "policy", number>>;
  /** From a policy's final status to its effect on decisions ("within a few seconds of ACTIVE"). */
  readonly policyEffect: number;
  /** From an IAM change to the moment it holds everywhere (~10 s). */
  readonly iamPropagation: number;
  /** How long a deleted policy still counts when its engine is to be deleted. */
  readonly emptyEngine: number;
}

export const LATENCY = {
  none: {
    request: 0,
    transition: { gateway: 0, gatewayTarget: 0, policyEngine: 0, policy: 0 },
    policyEffect: 0,
    iamPropagation: 0,
    emptyEngine: 0,
  },
  aws: {
    request: 60,
    transition: { gateway: 3_000, gatewayTarget: 2_000, policyEngine: 2_000, policy: 1_500 },
    policyEffect: 2_000,
    iamPropagation: 10_000,
    emptyEngine: 2_000,
  },
} as const satisfies Record<string, LatencyProfile>;

export type LatencyName = keyof typeof LATENCY;
