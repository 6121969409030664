import { randomUUID } from "node:crypto";
import {
  CreatePolicyEngineCommand,
  DeletePolicyEngineCommand,
  GetPolicyEngineCommand,
  ListTagsForResourceCommand,
  TagResourceCommand,
  paginateListPolicyEngines,
  type PolicyEngineStatus,
} from "@aws-sdk/client-bedrock-agentcore-control";
import { request, type Context, type Tags } from "../context";
import { isNotFound } from "../retry";

export interface Engine {
  readonly id: string;
  readonly arn: string;
  readonly name: string;
  readonly status: PolicyEngineStatus;
  readonly statusReasons: readonly string[];
}

interface EngineAnswer {
  policyEngineId: string | undefined;
  policyEngineArn: string | undefined;
  name: string | undefined;
  status: PolicyEngineStatus | undefined;
  statusReasons?: string[] | undefined;
}

const toEngine = (answer: EngineAnswer): Engine => ({
  id: answer.policyEngineId ?? "",
  arn: answer.policyEngineArn ?? "",
  name: answer.name ?? "",
  status: answer.status ?? "CREATING",
  statusReasons: answer.statusReasons ?? [],
});

/** AWS's most per page; its default is ten. */
const PAGE_SIZE = 100;

/** The engine of that name, in any status, or undefined. Names are unique in an account and region. */
export function findEngine(context: Context, name: string): Promise<Engine | undefined> {
  return request(context, "ListPolicyEngines", async () => {
    for await (const page of paginateListPolicyEngines({ client: context.control, pageSize: PAGE_SIZE }, {})) {
      const found = page.policyEngines?.find((engine) => engine.name === name);
      if (found) return toEngine(found);
    }
    return undefined;
  });
}

/** The engine of that id, or undefined when it is gone. */
export async function getEngine(context: Context, id: string): Promise<Engine | undefined> {
  try {
    return await request(context, `GetPolicyEngine ${id}`, async () =>
      toEngine(await context.control.send(new GetPolicyEngineCommand({ policyEngineId: id }))),
    );
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/** Creates the engine. Throws a ConflictException where the name is taken, be it by one that is deleted just now. */
export function createEngine(context: Context, name: string, description: string, tags: Tags): Promise<Engine> {
  // The same token on every try of this request, and another one in each run: a token that followed from the
  // name would get a re-created engine the record of the deleted one.
  const clientToken = randomUUID();
  const command = () => new CreatePolicyEngineCommand({ name, description, tags: { ...tags }, clientToken });
  return request(context, `CreatePolicyEngine ${name}`, async () => toEngine(await context.control.send(command())));
}

/** Asks for the deletion; an engine that is gone already is good. `retry` names refusals that pass. */
export async function deleteEngine(context: Context, id: string, retry: (error: unknown) => boolean): Promise<void> {
  try {
    await request(
      context,
      `DeletePolicyEngine ${id}`,
      () => context.control.send(new DeletePolicyEngineCommand({ policyEngineId: id })),
      retry,
    );
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}

export function tagsOf(context: Context, arn: string): Promise<Tags> {
  return request(context, `ListTagsForResource ${arn}`, async () => {
    const answer = await context.control.send(new ListTagsForResourceCommand({ resourceArn: arn }));
    return answer.tags ?? {};
  });
}

export async function tag(context: Context, arn: string, tags: Tags): Promise<void> {
  await request(context, `TagResource ${arn}`, () =>
    context.control.send(new TagResourceCommand({ resourceArn: arn, tags: { ...tags } })),
  );
}
