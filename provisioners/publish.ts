import { PARAMETER_BYTES, deleteParameters, parametersBelow, putParameter } from "./aws/parameters";
import type { Engine } from "./aws/engines";
import type { Context } from "./context";
import { PUBLISHED } from "./contract";

/**
 * How ids come back to Terraform: as SSM parameters that a data source reads. Nothing that they hold is ever
 * believed by a script; a script looks things up by name and tags.
 */
export async function publishEngine(context: Context, prefix: string, engine: Engine): Promise<void> {
  for (const [name, value] of engineParameter(prefix, engine))
    await putParameter(context, name, value, "Policy engine of the gateway");
}

/** Publishes policy ids by file stem, in as many parameters as they need, and removes those no longer needed. */
export async function publishPolicies(
  context: Context,
  prefix: string,
  ids: ReadonlyMap<string, string>,
): Promise<void> {
  const wanted = policyParameters(prefix, ids);
  const present = await parametersBelow(context, prefix);
  for (const [name, value] of wanted) {
    if (present.get(name) !== value) await putParameter(context, name, value, "Cedar policies of the gateway, by file");
  }
  const isPolicies = (name: string) => new RegExp(`^${prefix}/${PUBLISHED.policies}(-\\d+)?$`).test(name);
  await deleteParameters(
    context,
    [...present.keys()].filter((name) => isPolicies(name) && !wanted.has(name)),
  );
}

/** The parameter that names the engine, with its value. */
export const engineParameter = (prefix: string, { id, arn }: Pick<Engine, "id" | "arn">) =>
  new Map([[`${prefix}/${PUBLISHED.engine}`, JSON.stringify({ id, arn })]]);

/** The parameters that name the policies, by name, with their values. */
export function policyParameters(prefix: string, ids: ReadonlyMap<string, string>): Map<string, string> {
  const chunks = chunked([...ids].sort(([a], [b]) => (a < b ? -1 : 1)));
  return new Map(
    chunks.map((chunk, index) => {
      const suffix = index === 0 ? "" : `-${index + 1}`;
      return [`${prefix}/${PUBLISHED.policies}${suffix}`, JSON.stringify(Object.fromEntries(chunk))] as const;
    }),
  );
}

/** Removes everything that was published below `prefix`. */
export async function unpublish(context: Context, prefix: string): Promise<void> {
  await deleteParameters(context, [...(await parametersBelow(context, prefix)).keys()]);
}

/** Splits entries so that each part, written as a JSON object, fits one standard parameter. */
function chunked(entries: readonly (readonly [string, string])[]): (readonly [string, string])[][] {
  const chunks: (readonly [string, string])[][] = [[]];
  let bytes = 2;
  for (const entry of entries) {
    const size = Buffer.byteLength(JSON.stringify(Object.fromEntries([entry]))) - 1;
    if (bytes + size > PARAMETER_BYTES) {
      chunks.push([]);
      bytes = 2;
    }
    chunks.at(-1)?.push(entry);
    bytes += size;
  }
  return chunks;
}
