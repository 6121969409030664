/** What a difference does to who may call what. */
export const EFFECTS = {
  open: "tools can be reached without a decision",
  wider: "may allow more than the repository says",
  narrower: "may deny more than the repository says",
  none: "changes no decision by itself",
} as const;
export type Effect = keyof typeof EFFECTS;

/** One difference between what is deployed and what the repository says. */
export interface Finding {
  /** Kind and name of the resource, e.g. `policy engine demo_policy_engine`. */
  readonly resource: string;
  /** What is different, in one clause. */
  readonly what: string;
  readonly effect: Effect;
  /** Lines, where there is something to compare. */
  readonly wanted?: string;
  readonly seen?: string;
  /** What `repair` does about it; absent where it puts it back without being asked. */
  readonly next?: string;
}

const ORDER = Object.keys(EFFECTS);

/** The worst first; within one effect in the order found. */
export const worstFirst = (findings: readonly Finding[]): Finding[] =>
  [...findings].sort((a, b) => ORDER.indexOf(a.effect) - ORDER.indexOf(b.effect));
