import type { Mutant } from "../../support/mutant";
import type { ServiceName } from "../../../local/core/service";
import type { Refusal, Surface } from "./refusal";
import { closeAws, openAws, type AwsWorld, type SignedRequest } from "./world";

interface Asked {
  readonly with: string;
  readonly input: object;
  /** What is there before: operations of the same service. */
  readonly before?: readonly (readonly [operation: string, input: object])[];
  readonly answer: readonly [status: number, type: string, text: string];
  readonly source: string;
  readonly takenOut: Mutant;
}

/** Changes of a file below local/services. */
export const change = (file: string) => (find: string, replace: string) => ({
  file: `local/services/${file}`,
  find,
  replace,
});

/** Rows of one service: by target header and JSON, or by form and XML. */
export const rows = (
  service: "ssm" | "secretsmanager" | "iam" | "sts",
  operation: string,
  asked: Asked,
): Refusal<AwsWorld> => ({
  request: `${NAMES[service]}'s ${operation} with ${asked.with}`,
  send: async (world) => {
    for (const [earlier, input] of asked.before ?? [])
      await world.prepare(service satisfies ServiceName, earlier, input);
    return world.send({ service, method: "POST", path: "/", ...wire(service, operation, asked.input) });
  },
  answer: { status: asked.answer[0], type: asked.answer[1], text: asked.answer[2] },
  source: asked.source,
  takenOut: asked.takenOut,
});

const NAMES = { ssm: "SSM", secretsmanager: "Secrets Manager", iam: "IAM", sts: "STS" } as const;
const TARGETS = { ssm: "AmazonSSM", secretsmanager: "secretsmanager" } as const;
const VERSIONS = { iam: "2010-05-08", sts: "2011-06-15" } as const;

function wire(service: keyof typeof NAMES, operation: string, input: object): Pick<SignedRequest, "headers" | "body"> {
  if (service === "ssm" || service === "secretsmanager")
    return { headers: { "x-amz-target": `${TARGETS[service]}.${operation}` }, body: input };
  const form = new URLSearchParams({ Action: operation, Version: VERSIONS[service] });
  for (const [member, value] of Object.entries(input)) form.set(member, String(value));
  return { headers: { "content-type": "application/x-www-form-urlencoded" }, body: form.toString() };
}

/** A surface of these rows. */
export const services = (name: string, file: string, refusals: readonly Refusal<AwsWorld>[]): Surface<AwsWorld> => ({
  name,
  test: `__tests__/local/refusals/${file}.test.ts`,
  open: () => openAws(),
  close: closeAws,
  refusals,
});
