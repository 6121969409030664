import { expectGeneratedPart } from "../../support/generated";
import { mustSucceed } from "../../support/project";
import { Account, STACKS, type Stack } from "./account";
import { importId } from "./import-ids";
import { POINTS, killAt, stepsOf, type Point, type Step } from "./kill";

/**
 * Real Terraform, killed at every change that it or its scripts make, and run again. A policy engine, a policy, a gateway
 * or a target that is left over, or an instant in which a target is unguarded, fails the trial, whatever the way there.
 */
const COMMANDS = ["apply", "destroy"] as const;
type Command = (typeof COMMANDS)[number];

/** Named by an id that AWS chooses: a second one is made where Terraform died before it heard of the first. */
const MAY_BE_LEFT = /^(user-pool|user-pool-client) /;

interface Trial extends Step {
  readonly stack: Stack;
  readonly command: Command;
  readonly point: Point;
  readonly outcome: string;
}

let account: Account;
const seen: Trial[] = [];

beforeAll(async () => {
  account = await Account.create();
});
afterAll(() => account.close());

/** Applies until it succeeds, doing what each error says: what AWS has already is imported. Answers what it took. */
async function applyAgain(stack: Stack): Promise<string> {
  const remedies: string[] = [];
  for (;;) {
    const { code, output } = await account.project.apply(stack);
    if (code === 0) return [...new Set(remedies), "converged"].join(", ");
    if (remedies.length > 3) throw new Error(`no end: ${errorsOf(output)}`);
    remedies.push(await remedy(stack, errorsOf(output)));
  }
}

async function remedy(stack: Stack, errors: string): Promise<string> {
  const { project } = account;
  const replaced = /(?<=next: +replace )terraform_data\.\S+(?= )/.exec(errors)?.[0];
  if (replaced !== undefined) {
    await mustSucceed(project.apply(stack, `-replace=${replaced}`));
    return "replaced";
  }
  const address = /already (exist|associated)|AlreadyExists/i.test(errors)
    ? /(?<=with )aws_\S+(?=,)/.exec(errors)?.[0]
    : undefined;
  const change = (await project.plan(stack)).find((one) => one.address === address);
  if (!change) throw new Error(errors);
  await mustSucceed(
    project.terraform(stack, "import", "-input=false", change.address, await importId(project, change)),
  );
  return "imported";
}

const errorsOf = (output: string) => output.slice(output.indexOf("\nError: "));

const leftOver = (before: ReadonlySet<string>): string[] =>
  [...account.inventory()].filter((resource) => !before.has(resource));

async function killApply(stack: Stack, step: Step, point: Point): Promise<string> {
  const before = account.inventory();
  await killAt(account.project, stack, "apply", step, point);
  const way = await applyAgain(stack);
  const problems = await account.problems(stack);
  await mustSucceed(account.project.destroy(stack));
  return judge(way, problems, leftOver(before));
}

async function killDestroy(stack: Stack, step: Step, point: Point): Promise<string> {
  const before = account.inventory();
  await mustSucceed(account.project.apply(stack));
  await killAt(account.project, stack, "destroy", step, point);
  const way = await applyAgain(stack);
  const problems = await account.problems(stack);
  await mustSucceed(account.project.destroy(stack));
  return judge(way, problems, leftOver(before));
}

function judge(way: string, problems: readonly string[], left: readonly string[]): string {
  const bad = [...problems, ...left.filter((resource) => !MAY_BE_LEFT.test(resource)).map((one) => `left: ${one}`)];
  if (bad.length > 0) throw new Error(bad.join("\n"));
  const orphans = left.filter((resource) => MAY_BE_LEFT.test(resource)).map((resource) => resource.split(" ")[0]);
  return orphans.length === 0 ? way : `${way}; one ${orphans.join(", ")} too many`;
}

const isScript = ({ address }: Step) => address.startsWith("terraform_data.");
const pointsOf = (step: Step): Point[] =>
  POINTS.filter((point) => point !== "Terraform alone, after" || isScript(step));

/** A step of its kind is tried once, however often a script makes that call. */
function distinct(steps: readonly Step[]): Step[] {
  const byName = new Map(steps.map((step) => [`${step.address} ${step.operation}`, step]));
  return [...byName.values()];
}

async function tryOut(stack: Stack, command: Command): Promise<string[]> {
  const { project } = account;
  if (command === "destroy") await mustSucceed(project.apply(stack));
  const steps = distinct(await stepsOf(project, stack, command));
  if (command === "apply") await mustSucceed(project.destroy(stack));
  const failures: string[] = [];
  for (const step of steps)
    for (const point of pointsOf(step)) {
      try {
        const outcome = await (command === "apply" ? killApply : killDestroy)(stack, step, point);
        seen.push({ stack, command, point, outcome, ...step });
      } catch (error) {
        failures.push(`${command} ${step.address} ${step.operation}, ${point}: ${(error as Error).message}`);
        await mustSucceed(project.destroy(stack));
      }
    }
  return failures;
}

describe.each(STACKS)("%s", (stack) => {
  test.each(COMMANDS)("%s, killed at every step and every point", async (command) => {
    expect(await tryOut(stack, command)).toEqual([]);
  });

  // What the next stack needs.
  afterAll(() => mustSucceed(account.project.apply(stack)));
});

/** By resource, because Terraform takes what does not depend on one another in any order; the calls of a resource as they came. */
const inOrder = (trials: readonly Trial[]): Trial[] =>
  [...trials].sort((a, b) => Number(keyOf(a) > keyOf(b)) - Number(keyOf(a) < keyOf(b)));
const keyOf = ({ stack, command, address }: Trial) =>
  [STACKS.indexOf(stack), COMMANDS.indexOf(command), address].join(" ");

test("the matrix in docs/ is what was seen", () => {
  const rowOf = ({ command, address, operation }: Trial) => `${command} | \`${address}\` | ${operation}`;
  const lines = [...new Set(inOrder(seen).map(rowOf))].map((row) => {
    const cells = POINTS.map((point) => seen.find((one) => rowOf(one) === row && one.point === point)?.outcome ?? "");
    return `| ${[row, ...cells].join(" | ")} |`;
  });
  const head = [
    `| command | resource | call | ${POINTS.join(" | ")} |`,
    `| --- | --- | --- |${" --- |".repeat(POINTS.length)}`,
  ];

  expectGeneratedPart("docs/matrices/terraform.md", "killed", [...head, ...lines].join("\n"));
});
