/**
 * How long things take, in milliseconds. `none` is for tests: everything asynchronous still passes through
 * its documented statuses, but leaves them at the next turn of the event loop.
 */
export interface LatencyProfile {
  /** Before any request is answered. */
  readonly request: number;
  /** From an accepted mutation (CREATING, UPDATING, DELETING) to its final status. */
  readonly transition: Readonly<Record<"gateway" | "gatewayTarget" | "policyEngine" | "policy", number>>;
  /** From a policy's final status to its effect on decisions; a change takes from half to one and a half of it. */
  readonly policyEffect: number;
  /** From an IAM change to the moment it holds everywhere. */
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
  /**
   * AWS publishes few figures, so most of these are guesses within known bounds:
   *
   * - `request`: a guess; AWS gives no latency of its control planes.
   * - `transition`: guesses. AWS's SDKs look every 5 s until a policy or an engine is ACTIVE and every 2 s until it is
   *   gone (their waiters' delays), so seconds are what AWS expects. Acceptance tests of the AWS provider that create
   *   and destroy gateway and target with all that is around them take 37 to 85 s (observed:
   *   hashicorp/terraform-provider-aws, pull request 48705), which leaves room for no more than a few seconds each.
   * - `policyEffect`: "within a few seconds" of ACTIVE (AgentCore's documentation); the figure in it is a guess.
   * - `iamPropagation`: IAM is eventually consistent (IAM's documentation); about ten seconds as observed.
   * - `emptyEngine`: "still contains N policies" goes away within seconds of the deletions, as observed; the figure is a
   *   guess.
   */
  aws: {
    request: 60,
    transition: { gateway: 3_000, gatewayTarget: 2_000, policyEngine: 2_000, policy: 1_500 },
    policyEffect: 2_000,
    iamPropagation: 10_000,
    emptyEngine: 2_000,
  },
} as const satisfies Record<string, LatencyProfile>;

export type LatencyName = keyof typeof LATENCY;
