import { execFile, execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { childEnvironment, runChild, runEnvironment } from "../../../local/child";
import { shellScript } from "../../../local/shell-script";
import { OfflineAws } from "../../../local/offline-aws";

const run = promisify(execFile);
let aws: OfflineAws;
let folder: string;

beforeAll(async () => {
  aws = await OfflineAws.start();
  folder = mkdtempSync(path.join(tmpdir(), "local-run-"));
});

afterAll(async () => {
  await aws.close();
  rmSync(folder, { recursive: true });
});

/** What the user of this machine may have set. */
const THEIRS = {
  AWS_PROFILE: "production",
  AWS_SESSION_TOKEN: "theirs",
  AWS_ENDPOINT_URL_SSM: "https://ssm.us-east-1.amazonaws.com",
  AWS_CA_BUNDLE: "/theirs",
  TF_CLI_ARGS_apply: "-lock=false",
  TF_WORKSPACE: "theirs",
  HTTPS_PROXY: "http://proxy.example.com:3128",
  https_proxy: "http://proxy.example.com:3128",
};

describe("children of a local run", () => {
  test("know nothing of the user's AWS, Terraform and proxies", () => {
    const before = { ...process.env };
    Object.assign(process.env, THEIRS);
    const environment = childEnvironment(aws);
    process.env = before;

    expect(environment).toMatchObject({ PATH: process.env.PATH, AWS_ENDPOINT_URL: aws.endpoint });
    expect(Object.values(environment)).not.toContain("theirs");
    expect(Object.keys(environment)).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/^AWS_(PROFILE|SESSION_TOKEN|ENDPOINT_URL_SSM)$|^TF_CLI_ARGS/)]),
    );
    expect(environment.HTTPS_PROXY).toMatch(/^http:\/\/127\.0\.0\.1:/);
  });

  test.each([
    ["by name", "require('node:https').get('https://sts.amazonaws.com')", "sts.amazonaws.com"],
    ["by address", "require('node:net').connect(443, '192.0.2.1')", "192.0.2.1"],
    ["with fetch", "fetch('https://example.com')", "example.com"],
    ["to the metadata of an instance", "fetch('http://169.254.169.254/')", "169.254.169.254"],
  ])("stop when a call would leave this machine %s", async (_, script, host) => {
    const child = run(process.execPath, ["-e", script], { env: childEnvironment(aws) });
    await expect(child).rejects.toMatchObject({
      code: 2,
      stderr: `error: stopped, because a call would leave this machine: ${host}\n`,
    });
  });

  test("reach the offline AWS, in plain HTTP and with TLS", async () => {
    const script = `Promise.all(["${aws.endpoint}/_offline/events", "${aws.endpoint.replace("http:", "https:")}/_offline/events"]
      .map((url) => fetch(url))).then((answers) => console.log(answers.map(({ status }) => status).join()))`;
    const { stdout } = await run(process.execPath, ["-e", script], { env: childEnvironment(aws) });
    expect(stdout).toBe("200,200\n");
  });

  test("end with all that they started when they are stopped", async () => {
    const stop = new AbortController();
    const started = Date.now();
    const ended = runChild({
      command: "/bin/sh",
      args: ["-c", "sleep 60 & echo started; wait"],
      cwd: folder,
      env: childEnvironment(aws),
      logFile: path.join(folder, "log"),
      onLine: () => stop.abort(),
      signal: stop.signal,
    });

    // What the shell started holds its output open for a minute: this comes before only if that has ended, too.
    expect(await ended).toBeUndefined();
    expect(Date.now() - started).toBeLessThan(20_000);
  });
});

describe("a shell that joins in", () => {
  test("forgets what would lead to an AWS elsewhere, and keeps what is odd in a value", () => {
    const script = path.join(folder, "environment.sh");
    writeFileSync(script, shellScript({ ...runEnvironment(aws), ODD: `it's "$HOME" \`id\`` }));

    const output = execFileSync("/bin/sh", ["-c", `. '${script}'; env`], {
      env: { PATH: process.env.PATH, ...THEIRS } as unknown as NodeJS.ProcessEnv,
    }).toString();

    const names = output.split("\n").map((line) => line.split("=")[0] ?? "");
    const kept = Object.keys(runEnvironment(aws));
    expect(names.filter((name) => name in THEIRS && !kept.includes(name))).toEqual([]);
    expect(output).toContain(`AWS_ENDPOINT_URL=${aws.endpoint}\n`);
    expect(output).toContain(`ODD=it's "$HOME" \`id\`\n`);
  });
});
