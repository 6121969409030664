import { spawn, spawnSync, type ChildProcessWithoutNullStreams } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { Project, mustSucceed } from "../support/project";

/** docs/LOCAL_AWS.md as a user goes through it: its commands, word for word, by a shell. */

let project: Project;
let start: string;
let clients: string;
let terraform: string;
let configuration: string;
let aws: ChildProcessWithoutNullStreams;
let ended: Promise<unknown>;

beforeAll(async () => {
  project = await Project.create();
  const page = project.read("docs/LOCAL_AWS.md");
  const blocks = (language: string) =>
    [...page.matchAll(new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``, "g"))].map(([, block = ""]) => block);
  expect(blocks("bash")).toHaveLength(3);
  [start = "", clients = "", terraform = ""] = blocks("bash");
  [configuration = ""] = blocks("hcl");
  aws = spawn("bash", ["--norc", "-c", start.replace("--port 4566", "--port 0")], {
    cwd: project.folder,
    detached: true,
  });
  ended = once(aws, "close");
  for await (const line of createInterface({ input: aws.stdout })) if (line.startsWith("{")) break;
});

afterAll(async () => {
  if (aws.exitCode === null && aws.signalCode === null) process.kill(-(aws.pid ?? 0), "SIGTERM");
  await ended;
  await project.close();
});

const testWithAwsCli = spawnSync("aws", ["--version"]).status === 0 ? test : test.skip;
const shell = (script: string) => project.command("bash", ["--norc", "-euc", script]);

testWithAwsCli("a shell that has read the file reaches it, and nothing else", async () => {
  const output = await mustSucceed(shell(clients));

  expect(output).toContain('"Account": "111122223333"');
  expect(output).toMatch(/"policyEngineId": "first_engine-[a-z0-9_]{10}"/);
  expect(output).toMatch(/"operation":"CreatePolicyEngine"/);
});

testWithAwsCli(
  "a Terraform configuration of one's own is applied to it, and the AWS CLI sees what it made",
  async () => {
    project.write("own/main.tf", configuration);

    const output = await mustSucceed(shell(`. ./offline.sh; cd own; ${terraform}`));

    expect(output).toMatch(/Apply complete! Resources: 1 added/);
    expect(output).toMatch(/"Value": "hello"/);
  },
);

test("the file with its keys goes when it ends", async () => {
  process.kill(-(aws.pid ?? 0), "SIGTERM");
  await ended;

  expect(existsSync(path.join(project.folder, "offline.sh"))).toBe(false);
});
