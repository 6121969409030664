import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { GRANTS, deployerPolicy } from "../../docs/deployer-policy";
import { longestName } from "../../settings/name-limits";
import { project, synthesise } from "../stacks/synthesised";

const ROOT = path.resolve(__dirname, "..", "..");

/** Characters of a role's inline policies together. Source: IAM and STS quotas. */
const INLINE_POLICIES = 10_240;

const granted = new Set(GRANTS.flatMap(({ Action }) => Action));

/** Every `…Command` and paginator that a folder's sources send to AWS, as its IAM action. */
function actionsOf(folder: string): string[] {
  const files = readdirSync(path.join(ROOT, folder), { recursive: true, encoding: "utf8" });
  const sources = files
    .filter((file) => file.endsWith(".ts"))
    .map((file) => readFileSync(path.join(ROOT, folder, file), "utf8"));
  const calls = sources.join("\n").matchAll(/new ([A-Z]\w+)Command\(|\bpaginate([A-Z]\w+)\(/g);
  return [...new Set([...calls].map(([, command, paginator]) => command ?? paginator ?? ""))].sort();
}

test("the file is what the permissions here make: node --import tsx docs/deployer-policy.ts writes it", () => {
  const file = readFileSync(path.join(ROOT, "docs", "deployer-policy.json"), "utf8");
  expect(JSON.parse(file)).toEqual(deployerPolicy());
});

test("covers every type of resource that the stacks use, and none that they do not", () => {
  const { settings } = project();
  const everything = synthesise(
    project({
      settings: {
        userPool: { ...settings.userPool, adminEmail: "admin@example.com" },
        gateway: { ...settings.gateway, tracing: true },
      },
    }),
  );
  const types = [everything.identity, everything.gateway].flatMap(({ json }) => Object.keys(json.resource));
  const used = new Set([...types.filter((type) => type !== "terraform_data"), "scripts", "verify"]);
  expect([...new Set(GRANTS.flatMap((grant) => grant.for))].sort()).toEqual([...used].sort());
});

test.each(["provisioners", "verify"])("covers every request that %s makes", (folder) => {
  const actions = actionsOf(folder);
  expect(actions.length).toBeGreaterThan(1);
  const missing = actions.filter((action) => ![...granted].some((one) => one.endsWith(`:${action}`)));
  expect(missing).toEqual([]);
});

test("covers what AgentCore asks of the deployer besides", () => {
  for (const action of ["InvokeGateway", "ManageResourceScopedPolicy"]) {
    expect(granted).toContain(`bedrock-agentcore:${action}`);
  }
  expect(granted).not.toContain("bedrock-agentcore:ManageAdminPolicy");
});

test("has no wildcard action, and a resource of every kind only where there is no ARN to name", () => {
  expect([...granted].filter((action) => action.includes("*"))).toEqual([]);
  const onEverything = GRANTS.filter(({ Resource }) => Resource === "*").map(({ Sid }) => Sid);
  expect(onEverything).toEqual(["CreateUserPool", "ReadWhatHasNoArn", "TracesToXRay"]);
});

test("passes roles to Lambda and AgentCore alone", () => {
  const passing = GRANTS.filter(({ Action }) => Action.includes("iam:PassRole"));
  expect(passing.map(({ Condition }) => Condition?.StringEquals?.["iam:PassedToService"])).toEqual([
    "lambda.amazonaws.com",
    "bedrock-agentcore.amazonaws.com",
  ]);
});

test("fits a role's inline policy with the longest names", () => {
  const region = "ap-southeast-1";
  const name = "n".repeat(longestName(region));
  const text = JSON.stringify(deployerPolicy())
    .replaceAll("<ACCOUNT>", "111122223333")
    .replaceAll("<REGION>", region)
    .replaceAll(/<NAME_?>/g, name);
  expect(text).not.toMatch(/<[A-Z_]+>/);
  expect(text.length).toBeLessThanOrEqual(INLINE_POLICIES);
});
