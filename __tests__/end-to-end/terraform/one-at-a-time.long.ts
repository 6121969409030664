import { expectGeneratedPart } from "../../support/generated";
import { mustSucceed, type RunResult } from "../../support/project";
import { Account, STACKS, type Stack } from "./account";

/**
 * Terraform told to look at one resource alone, for each of them: from nothing, in a deployment, and to make it anew. Then it
 * is run whole.
 */
const WAYS = ["apply -target, from nothing", "destroy -target", "apply -replace"] as const;
type Way = (typeof WAYS)[number];

let account: Account;
const seen: { stack: Stack; address: string; way: Way; outcome: string }[] = [];

beforeAll(async () => {
  account = await Account.create();
});
afterAll(() => account.close());

/** Leaves the stack applied, but for what the way leaves out. */
async function go(stack: Stack, address: string, way: Way): Promise<RunResult> {
  const { project } = account;
  if (way === "destroy -target") return project.destroy(stack, `-target=${address}`);
  if (way === "apply -replace") return project.apply(stack, `-replace=${address}`);
  await mustSucceed(project.destroy(stack));
  return project.apply(stack, `-target=${address}`);
}

/** A script that refuses changes nothing, and says so. */
const REFUSED = /(?<=error: )[^;]+; nothing was changed/;
const GOOD = /^(refused: .*nothing was changed; )?converged$/;

async function outcomeOf(stack: Stack, address: string, way: Way): Promise<string> {
  const { code, output } = await go(stack, address, way);
  const refused = REFUSED.exec(output.replaceAll(/\s+/g, " "))?.[0];
  if (code !== 0 && refused === undefined) throw new Error(output);
  await mustSucceed(account.project.apply(stack));
  const problems = await account.problems(stack);
  const end = problems.length === 0 ? "converged" : problems.join("; ");
  return code === 0 ? end : `refused: ${String(refused)}; ${end}`;
}

describe.each(STACKS)("%s", (stack) => {
  test("every resource alone", async () => {
    await mustSucceed(account.project.apply(stack));
    for (const address of await account.addresses(stack))
      for (const way of WAYS) seen.push({ stack, address, way, outcome: await outcomeOf(stack, address, way) });

    expect(seen.filter(({ outcome }) => !GOOD.test(outcome))).toEqual([]);
  });
});

test("the matrix in docs/ is what was seen", () => {
  const addresses = [...new Set(seen.map(({ stack, address }) => `${stack} | \`${address}\``))];
  const lines = addresses.map((row) => {
    const cells = WAYS.map(
      (way) => seen.find((one) => `${one.stack} | \`${one.address}\`` === row && one.way === way)?.outcome,
    );
    return `| ${[row, ...cells].join(" | ")} |`;
  });
  const head = [`| stack | resource | ${WAYS.join(" | ")} |`, `| --- | --- |${" --- |".repeat(WAYS.length)}`];

  expectGeneratedPart("docs/matrices/terraform.md", "one at a time", [...head, ...lines].join("\n"));
});
