import { DeleteParametersCommand, PutParameterCommand, paginateGetParametersByPath } from "@aws-sdk/client-ssm";
import { request, type Context } from "../context";

/** SSM's limit for a standard parameter's value, in bytes, and for one DeleteParameters request. */
export const PARAMETER_BYTES = 4_096;
const DELETE_AT_ONCE = 10;

export async function putParameter(context: Context, name: string, value: string, description: string): Promise<void> {
  await request(context, `PutParameter ${name}`, () =>
    context.ssm.send(
      new PutParameterCommand({ Name: name, Value: value, Type: "String", Description: description, Overwrite: true }),
    ),
  );
}

/** Name and value of every parameter directly below `path`. */
export function parametersBelow(context: Context, path: string): Promise<Map<string, string>> {
  return request(context, `GetParametersByPath ${path}`, async () => {
    const found = new Map<string, string>();
    for await (const page of paginateGetParametersByPath({ client: context.ssm }, { Path: path })) {
      for (const { Name, Value } of page.Parameters ?? []) if (Name) found.set(Name, Value ?? "");
    }
    return found;
  });
}

/** Deletes parameters; those that are gone already are no error. */
export async function deleteParameters(context: Context, names: readonly string[]): Promise<void> {
  for (let start = 0; start < names.length; start += DELETE_AT_ONCE) {
    const Names = names.slice(start, start + DELETE_AT_ONCE);
    await request(context, "DeleteParameters", () => context.ssm.send(new DeleteParametersCommand({ Names })));
  }
}
