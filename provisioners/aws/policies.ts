import { randomUUID } from "node:crypto";
import {
  CreatePolicyCommand,
  DeletePolicyCommand,
  UpdatePolicyCommand,
  paginateListPolicies,
  type EnforcementMode,
  type Policy as PolicyAnswer,
  type PolicyStatus,
} from "@aws-sdk/client-bedrock-agentcore-control";
import { effectOf } from "../../cedar/head";
import { request, type Context } from "../context";
import type { VALIDATION_MODES } from "../contract";
import { isConflict, isNotFound } from "../retry";

export type ValidationMode = (typeof VALIDATION_MODES)[number];

/** A policy as the engine has it. */
export interface EnginePolicy {
  readonly id: string;
  readonly name: string;
  /** The Cedar text; undefined for a definition that is not one (a generated policy, say). */
  readonly text: string | undefined;
  readonly effect: "permit" | "forbid" | undefined;
  readonly status: PolicyStatus;
  readonly enforcementMode: EnforcementMode;
  readonly statusReasons: readonly string[];
  /** By AWS's own clock, in milliseconds since 1970; in the future where AWS does not say. */
  readonly createdAt: number;
  /** How long ago it last changed by AWS's own clock, in milliseconds; 0 where AWS does not say. */
  readonly age: number;
}

const PAGE_SIZE = 100;

/** Every policy in the engine, in any status, all pages. */
export function listPolicies(context: Context, engineId: string): Promise<EnginePolicy[]> {
  return request(context, `ListPolicies ${engineId}`, async () => {
    const policies: EnginePolicy[] = [];
    const pages = paginateListPolicies({ client: context.control, pageSize: PAGE_SIZE }, { policyEngineId: engineId });
    for await (const page of pages) {
      const serverTime = context.serverTime();
      policies.push(...(page.policies ?? []).map((policy) => toPolicy(policy, serverTime)));
    }
    return policies;
  });
}

function toPolicy(answer: PolicyAnswer, serverTime: number): EnginePolicy {
  const text = answer.definition?.cedar?.statement ?? answer.definition?.policy?.statement;
  return {
    id: answer.policyId ?? "",
    name: answer.name ?? "",
    text,
    effect: text === undefined ? undefined : effectOf(text),
    status: answer.status ?? "CREATING",
    // Absent means the API's default.
    enforcementMode: answer.enforcementMode ?? "ACTIVE",
    statusReasons: answer.statusReasons ?? [],
    createdAt: dated(answer.createdAt),
    age: Math.max(0, serverTime - (answer.updatedAt?.getTime() ?? serverTime)),
  };
}

const dated = (time: Date | undefined) => time?.getTime() ?? Infinity;

/** What AWS says at once of a policy that it makes. */
export type CreatedPolicy = Pick<EnginePolicy, "id" | "name" | "createdAt">;

/** Creates a policy. One in LOG_ONLY is evaluated and recorded but changes no decision. */
export function createPolicy(
  context: Context,
  policy: {
    engineId: string;
    name: string;
    text: string;
    validationMode: ValidationMode;
    enforcementMode: EnforcementMode;
  },
): Promise<CreatedPolicy> {
  const clientToken = randomUUID();
  return request(
    context,
    `CreatePolicy ${policy.name}`,
    async () => {
      const answer = await context.control.send(
        new CreatePolicyCommand({
          policyEngineId: policy.engineId,
          name: policy.name,
          definition: { cedar: { statement: policy.text } },
          validationMode: policy.validationMode,
          enforcementMode: policy.enforcementMode,
          clientToken,
        }),
      );
      return { id: answer.policyId ?? "", name: policy.name, createdAt: dated(answer.createdAt) };
    },
    (error) => isConflict(error) && !isNameTaken(error),
  );
}

/** Whether a refusal says that the name is used already; any other conflict passes by itself. */
export function isNameTaken(error: unknown): boolean {
  return isConflict(error) && error instanceof Error && /already exists/i.test(error.message);
}

/**
 * Lets a staged policy decide. The definition goes along: what becomes active is exactly this text. Returns false
 * where the policy is gone.
 */
export async function activatePolicy(
  context: Context,
  policy: { engineId: string; id: string; text: string; validationMode: ValidationMode },
): Promise<boolean> {
  return unlessGone(() =>
    request(
      context,
      `UpdatePolicy ${policy.id}`,
      () =>
        context.control.send(
          new UpdatePolicyCommand({
            policyEngineId: policy.engineId,
            policyId: policy.id,
            definition: { cedar: { statement: policy.text } },
            // Absent would be the default mode again: an update validates anew.
            validationMode: policy.validationMode,
            enforcementMode: "ACTIVE",
          }),
        ),
      isConflict,
    ),
  );
}

/** Asks for the deletion; a policy that is gone already is good. */
export async function deletePolicy(context: Context, engineId: string, id: string): Promise<void> {
  await unlessGone(() =>
    request(
      context,
      `DeletePolicy ${id}`,
      () => context.control.send(new DeletePolicyCommand({ policyEngineId: engineId, policyId: id })),
      isConflict,
    ),
  );
}

async function unlessGone(change: () => Promise<unknown>): Promise<boolean> {
  try {
    await change();
    return true;
  } catch (error) {
    if (!isNotFound(error)) throw error;
    return false;
  }
}
