import { expectGeneratedPart } from "../../support/generated";
import { mustSucceed } from "../../support/project";
import { Account, STACKS } from "./account";
import { CHANGES } from "./changes";
import { Console, type Change } from "./console";

/** What somebody changes in the console between two runs: found by the plan or by `status`, and mended by them. */
interface Trial {
  readonly change: Change;
  readonly planned: readonly string[];
  readonly found: readonly string[];
  readonly mended: string;
}

let account: Account;
const seen: Trial[] = [];

beforeAll(async () => {
  account = await Account.create();
  for (const stack of STACKS) await mustSucceed(account.project.apply(stack));
});
afterAll(() => account.close());

const VERIFY = ["run", "--silent", "verify"];
const SECRET_VALUE = "aws_secretsmanager_secret_version.machine_client_secret_value";

/** The next apply; then whatever is needed beyond it. Answers what mended it. */
async function mend({ stack, what, undo, seenBy }: Change): Promise<string> {
  await mustSucceed(account.project.apply(stack));
  if (seenBy) {
    await mustSucceed(account.project.apply(stack, `-replace=${SECRET_VALUE}`));
    return `\`apply -replace=${SECRET_VALUE}\``;
  }
  if (undo) {
    await undo(new Console(account));
    return "by hand, as `status` says";
  }
  if ((await account.status()).length === 0) return applyOnceMore(stack);
  await account.repair(...(what === "a policy is added" ? ["by_hand"] : []));
  await mustSucceed(account.project.apply(stack));
  return what === "a policy is added" ? "`repair`, with the policy's name" : "`repair`";
}

/** A wrong id among the triggers is put right by the first apply, and the right one is a trigger for the second. */
async function applyOnceMore(stack: Change["stack"]): Promise<string> {
  if ((await account.project.plan(stack)).length === 0) return "apply";
  await mustSucceed(account.project.apply(stack));
  return "apply, and once more";
}

async function trial(change: Change): Promise<Trial> {
  await change.make(new Console(account));
  const open = account.openMoments().length;
  const planned = (await account.project.plan(change.stack)).map(({ address }) => address);
  const found = (await account.status()).map(({ what }) => what);
  if (change.seenBy) expect((await account.project.command("npm", VERIFY)).code).not.toBe(0);
  const mended = await mend(change);
  // Where a hand had opened it, the write that closes it is the last open moment.
  expect(account.openMoments().length - open).toBeLessThanOrEqual(change.opens ? 1 : 0);
  return { change, planned, found, mended };
}

test.each(CHANGES.map((change) => [`${change.stack}: ${change.what}`, change] as const))("%s", async (_, change) => {
  const outcome = await trial(change);
  seen.push(outcome);

  expect([...outcome.planned, ...outcome.found, ...(change.seenBy ?? [])]).not.toEqual([]);
  expect(await account.project.plan("identity")).toEqual([]);
  expect(await account.project.plan("gateway")).toEqual([]);
  expect(await account.status()).toEqual([]);
});

test("the deployment serves after all of it", async () => {
  await mustSucceed(account.project.command("npm", VERIFY));
});

test("the matrix in docs/ is what was seen", () => {
  const lines = seen.map(({ change, planned, found, mended }) => {
    const plan = planned.map((address) => `\`${address}\``).join("<br>") || "no changes";
    const status = found.join("<br>") || (change.seenBy ? "in step; `verify` fails" : "in step");
    return `| ${[change.stack, change.what, plan, status, mended].join(" | ")} |`;
  });
  const head = [
    "| stack | by hand | the plan changes | `status` finds | mended by |",
    "| --- | --- | --- | --- | --- |",
  ];

  expectGeneratedPart("docs/matrices/terraform.md", "by hand", [...head, ...lines].join("\n"));
});
