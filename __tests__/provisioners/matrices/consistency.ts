import { AwsError } from "../../../local/core/errors";
import type { ApiCall, Intercept } from "../../../local/offline-aws";
import type { Verb } from "../../../provisioners/contract";

/** Something that AWS does after it has taken a request: a status that fails, a list that lags. */
export interface Late {
  readonly name: string;
  readonly verb: Verb;
  readonly situation: string;
  readonly ends: "mended" | "told";
  /** What the error must name besides AWS's reason. */
  readonly names?: RegExp;
  /** One per trial: it counts. */
  readonly make: () => Intercept;
}

interface Listed {
  readonly policies: readonly { readonly policyId: string; readonly name: string; readonly enforcementMode: string }[];
}

const REASON = "AWS's own reason";

/** Whether a call is about a rollout's sign. */
const isSign = ({ input }: ApiCall) => /__[0-9a-f]{8}$/.test((input as { name?: string }).name ?? "");

/** Shows a policy in another status than it has, once `when` has been called: of a statement, or of the rollout's sign. */
const shown =
  (when: string, status: string, isMeant = (call: ApiCall) => !isSign(call)) =>
  (): Intercept => {
    let target: string | undefined;
    return async (call, proceed) => {
      const answer = await proceed();
      if (call.operation === when && isMeant(call)) target ??= idOf(call, answer);
      if (call.operation !== "ListPolicies" || target === undefined) return answer;
      const { policies } = answer as Listed;
      const gone = call.operation === "ListPolicies" && !policies.some(({ policyId }) => policyId === target);
      const seen = policies.map((policy) =>
        policy.policyId === target ? { ...policy, status, statusReasons: [REASON] } : policy,
      );
      const back =
        gone && when === "DeletePolicy" ? [{ policyId: target, name: target, status, statusReasons: [REASON] }] : [];
      return { ...answer, policies: [...seen, ...back] };
    };
  };

const idOf = ({ input }: ApiCall, answer: object): string =>
  (answer as { policyId?: string }).policyId ?? (input as { policyId: string }).policyId;

/** The answer to `look` shows nothing of what `when` made, changed or took away, for so many looks. */
const lagging = (when: string, looks: number, look: string) => (): Intercept => {
  let before: object | undefined;
  let last: object | undefined;
  let left = looks;
  return async (call, proceed) => {
    const answer = await proceed();
    if (call.operation === when) before ??= last;
    if (call.operation !== look) return answer;
    if (before !== undefined && left > 0) {
      left -= 1;
      return before;
    }
    last = answer;
    return answer;
  };
};

/** The list does not show an engine that is there, for one look. */
const engineNotListed = (): Intercept => {
  let looks = 0;
  return async (call, proceed) => {
    const answer = await proceed();
    if (call.operation !== "ListPolicyEngines") return answer;
    looks += 1;
    return looks === 1 ? { ...answer, policyEngines: [] } : answer;
  };
};

const engineShown = (status: string) => (): Intercept => async (call, proceed) => {
  const answer = await proceed();
  return call.operation === "GetPolicyEngine" ? { ...answer, status, statusReasons: [REASON] } : answer;
};

/** The gateway shows this status once it has been written. */
const gatewayShown = (status: string) => (): Intercept => {
  let written = false;
  return async (call, proceed) => {
    const answer = await proceed();
    if (call.operation === "UpdateGateway") written = true;
    return call.operation === "GetGateway" && written ? { ...answer, status, statusReasons: [REASON] } : answer;
  };
};

const refusedOnce = (operation: string, error: AwsError) => (): Intercept => {
  let refused = false;
  return (call, proceed) => {
    if (call.operation !== operation || refused) return proceed();
    refused = true;
    return Promise.reject(error);
  };
};

const REPLACED = { verb: "policies rollout", situation: "a permit and a forbid replaced" } as const;
const FIRST = { verb: "policies rollout", situation: "first deployment" } as const;
const CHANGED = {
  verb: "attachment ensure",
  situation: "a setting of the gateway and a tool's input changed",
} as const;
const DESTROY = { verb: "engine destroy", situation: "after its gateway" } as const;

export const LATE: readonly Late[] = [
  { name: "CREATE_FAILED", ...REPLACED, ends: "told", names: /\.cedar/, make: shown("CreatePolicy", "CREATE_FAILED") },
  {
    name: "CREATE_FAILED of the rollout's sign",
    ...REPLACED,
    ends: "mended",
    make: shown("CreatePolicy", "CREATE_FAILED", isSign),
  },
  { name: "UPDATE_FAILED", ...REPLACED, ends: "told", names: /new_/, make: shown("UpdatePolicy", "UPDATE_FAILED") },
  { name: "DELETE_FAILED", ...REPLACED, ends: "told", names: /old_/, make: shown("DeletePolicy", "DELETE_FAILED") },
  {
    name: "a list that lags behind creations",
    ...REPLACED,
    ends: "mended",
    make: lagging("CreatePolicy", 3, "ListPolicies"),
  },
  {
    name: "a list that lags behind updates",
    ...REPLACED,
    ends: "mended",
    make: lagging("UpdatePolicy", 3, "ListPolicies"),
  },
  {
    name: "a list that lags behind deletions",
    ...REPLACED,
    ends: "mended",
    make: lagging("DeletePolicy", 3, "ListPolicies"),
  },
  {
    name: "a list that lags behind creations",
    ...FIRST,
    ends: "mended",
    make: lagging("CreatePolicy", 3, "ListPolicies"),
  },
  {
    name: "the engine becomes CREATE_FAILED",
    verb: "engine ensure",
    situation: "first deployment",
    ends: "told",
    names: /demo_policy_engine/,
    make: engineShown("CREATE_FAILED"),
  },
  {
    name: "a list that does not show the engine yet",
    verb: "engine ensure",
    situation: "the engine is there",
    ends: "mended",
    make: engineNotListed,
  },
  {
    name: "a gateway that is shown as before the update",
    ...CHANGED,
    ends: "mended",
    make: lagging("UpdateGateway", 3, "GetGateway"),
  },
  {
    name: "the gateway becomes UPDATE_UNSUCCESSFUL",
    ...CHANGED,
    ends: "told",
    names: /demo-gateway/,
    make: gatewayShown("UPDATE_UNSUCCESSFUL"),
  },
  {
    name: "the gateway becomes FAILED",
    verb: "attachment ensure",
    situation: "first deployment",
    ends: "told",
    names: /demo-gateway/,
    make: gatewayShown("FAILED"),
  },
  {
    name: "“still contains 2 policies”, as a conflict",
    ...DESTROY,
    ends: "mended",
    make: refusedOnce(
      "DeletePolicyEngine",
      new AwsError("ConflictException", "Policy engine still contains 2 policies", 409),
    ),
  },
  {
    name: "“still contains 2 policies”, as a validation error",
    ...DESTROY,
    ends: "mended",
    make: refusedOnce(
      "DeletePolicyEngine",
      new AwsError("ValidationException", "Policy engine still contains 2 policies", 400),
    ),
  },
  {
    name: "the engine becomes DELETE_FAILED",
    ...DESTROY,
    ends: "told",
    names: /demo_policy_engine/,
    make: () => {
      let asked = false;
      return async (call, proceed) => {
        if (call.operation === "DeletePolicyEngine") {
          asked = true;
          return {};
        }
        const answer = await proceed();
        return asked && call.operation === "GetPolicyEngine"
          ? { ...answer, status: "DELETE_FAILED", statusReasons: [REASON] }
          : answer;
      };
    },
  },
];
