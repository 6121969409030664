import {
  CreatePolicyCommand,
  DeletePolicyCommand,
  GetGatewayCommand,
  GetPolicyCommand,
  ResourceNotFoundException,
  paginateListPolicies,
} from "@aws-sdk/client-bedrock-agentcore-control";
import { setTimeout as sleep } from "node:timers/promises";
import pMap from "p-map";
import type { WantedStatement } from "../../provisioners/rollout/wanted";
import { CONCURRENCY } from "../../provisioners/engine";
import type { World } from "./world";

/** A waiter as boto3 has it: it looks at once, and then after pauses of always the same length. */
interface Waiter {
  readonly done: string;
  readonly pause: number;
  readonly tries: number;
}

/** Source: the waiters' definitions in AWS's SDKs, policy_deleted and policy_active. Milliseconds. */
const DELETED: Waiter = { done: "gone", pause: 2_000, tries: 60 };
const ACTIVE: Waiter = { done: "ACTIVE", pause: 5_000, tries: 24 };

/**
 * How FAST's custom resource updates a policy (awslabs/fullstack-solution-template-for-agentcore,
 * infra-cdk/lambdas/cedar-policy, handle_update): delete what is managed and wait, look for leftovers, create and
 * wait, look at the gateway. It knows one statement and goes one by one; for more it is given here what it has not:
 * all pages, our concurrency, and one common wait per phase.
 */
export async function updateAsFast(world: World, wanted: readonly WantedStatement[], known: readonly string[]) {
  const { engineId: policyEngineId, gatewayId } = world;
  const client = world.context.control;
  const atOnce = { concurrency: CONCURRENCY };
  const deleteAndWait = async (ids: readonly string[]) => {
    await pMap(ids, (policyId) => client.send(new DeletePolicyCommand({ policyEngineId, policyId })), atOnce);
    await Promise.all(ids.map((id) => wait(world, id, DELETED)));
  };

  await deleteAndWait(known);
  const left: string[] = [];
  for await (const page of paginateListPolicies({ client, pageSize: 100 }, { policyEngineId })) {
    left.push(...(page.policies ?? []).flatMap(({ policyId }) => policyId ?? []));
  }
  await deleteAndWait(left);
  // The name holds the second of its making.
  const names = wanted.map(({ stem }) => `bench_engine_cp_${Math.floor(Date.now() / 1_000)}_${stem}`);
  const created = await pMap(
    wanted,
    ({ text }, index) =>
      client.send(
        new CreatePolicyCommand({
          policyEngineId,
          name: names[index],
          description: "Cedar policy for AgentCore Gateway",
          definition: { cedar: { statement: text } },
          validationMode: "IGNORE_ALL_FINDINGS",
        }),
      ),
    atOnce,
  );
  await Promise.all(created.map(({ policyId = "" }) => wait(world, policyId, ACTIVE)));
  await client.send(new GetGatewayCommand({ gatewayIdentifier: gatewayId }));
}

async function wait(world: World, policyId: string, { done, pause, tries }: Waiter): Promise<void> {
  for (let left = tries; left > 0; left -= 1) {
    if ((await statusOf(world, policyId)) === done) return;
    await sleep(pause);
  }
  throw new Error(`policy ${policyId} did not become ${done}`);
}

async function statusOf({ context, engineId }: World, policyId: string): Promise<string | undefined> {
  try {
    return (await context.control.send(new GetPolicyCommand({ policyEngineId: engineId, policyId }))).status;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return "gone";
    throw error;
  }
}
