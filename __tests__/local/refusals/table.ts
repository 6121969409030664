import type { Refusal, Surface } from "./refusal";

const INTRODUCTION = `# What the offline AWS refuses

Every row is a test: the request is sent over HTTP, and the answer is compared as it stands here (\`…\` stands for ids and
times). A few are answered well: there it would be kinder to do a thing twice. Each row is also tried with its refusal taken out of the handler, and fails then. The source says how sure the fact
is: AWS's API model and documents first; **[field]** is an observation by somebody who is not AWS; **[open]** means that AWS's
own answer is not known, and the stricter reading was taken. For a constraint of the API model, the fact is that the request is
refused as a ValidationException: its wording is that of AWS's JSON services, and AgentCore's may differ ([field]: the
operations of policies were seen to say "Value with length 52 at '/name'").

This file is written by the tests: \`UPDATE_TABLES=1 npm test\`.
`;

/** local/REFUSALS.md. */
export function refusalTable(surfaces: readonly Surface<never>[]): string {
  return [INTRODUCTION, ...surfaces.map(section)].join("\n");
}

function section({ name, test, refusals }: Surface<never>): string {
  const head = `## ${name}\n\nTests: [\`${test}\`](../${test}), ${refusals.length} rows.\n`;
  const rows = refusals.map((row) => `| ${cells(row).map(cell).join(" | ")} |`);
  return [head, "| request | status | type | text | source |", "| --- | --- | --- | --- | --- |", ...rows, ""].join(
    "\n",
  );
}

const cells = ({ request, answer, source }: Refusal<never>) => [
  request,
  String(answer.status),
  answer.type,
  `\`${answer.text}\``,
  source,
];

const cell = (text: string) => text.replaceAll("|", "\\|").replace(/\s*\n\s*/g, " ");
