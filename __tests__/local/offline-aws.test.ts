import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { networkInterfaces, tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { GetParameterCommand, PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { AwsError } from "../../local/core/errors";
import { LATENCY } from "../../local/core/latency";
import { OfflineAws } from "../../local/offline-aws";
import { UserError } from "../../reporting/problem";
import { overTls, started } from "./services/world";

const ROOT = path.join(__dirname, "../..");
const secure = (aws: OfflineAws) => aws.endpoint.replace("http:", "https:");

describe("one port", () => {
  test("answers TLS and plain HTTP", async () => {
    const { aws } = await started();

    const plain = await fetch(`${aws.endpoint}/_offline/spans`);
    const tls = await overTls(aws, "GET", `${secure(aws)}/_offline/spans`);
    await aws.close();

    expect(plain.status).toBe(200);
    expect(tls.status).toBe(200);
  });

  test("is one of this machine alone", async () => {
    const { aws } = await started();
    const elsewhere = Object.values(networkInterfaces())
      .flat()
      .find((address) => address?.family === "IPv4" && !address.internal);
    const { port } = new URL(aws.endpoint);

    expect(aws.endpoint).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    if (elsewhere) await expect(fetch(`http://${elsewhere.address}:${port}/`)).rejects.toThrow();
    await aws.close();
  });

  test("that is taken is a problem of the user's, with a fix", async () => {
    const { aws } = await started();
    const port = Number(new URL(aws.endpoint).port);

    const [before, folder] = [process.env.TMPDIR, mkdtempSync(path.join(tmpdir(), "taken-"))];
    process.env.TMPDIR = folder;

    const failure = await OfflineAws.start({ port }).catch((error: unknown) => error);
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
    const left = readdirSync(folder);
    rmSync(folder, { recursive: true });
    await aws.close();

    expect(left).toEqual([]);
    expect(failure).toBeInstanceOf(UserError);
    expect(failure).toMatchObject({
      problems: [{ where: "--port", value: String(port), fix: expect.any(String) as string }],
    });
  });

  test("is not trusted without the certificate of this start", async () => {
    const { aws } = await started();
    const other = await started();

    const outcome = await new Promise((resolve) => {
      request(`${secure(aws)}/`, { ca: readFileSync(other.aws.caFile), agent: false }, () => resolve("trusted"))
        .on("error", () => resolve("refused"))
        .end();
    });
    await Promise.all([aws.close(), other.aws.close()]);

    expect(outcome).toBe("refused");
  });
});

describe("the file of trusted certificates", () => {
  test("holds no key, keeps what was trusted before, and is gone after the end", async () => {
    const folder = mkdtempSync(path.join(tmpdir(), "trusted-"));
    const before = process.env.NODE_EXTRA_CA_CERTS;
    process.env.NODE_EXTRA_CA_CERTS = path.join(folder, "company.pem");
    writeFileSync(process.env.NODE_EXTRA_CA_CERTS, "# the company's certificate\n");
    const { aws } = await started();
    if (before === undefined) delete process.env.NODE_EXTRA_CA_CERTS;
    else process.env.NODE_EXTRA_CA_CERTS = before;

    const text = readFileSync(aws.caFile, "utf8");
    await aws.close();
    rmSync(folder, { recursive: true });

    expect(text).toContain("BEGIN CERTIFICATE");
    expect(text).toContain("# the company's certificate");
    expect(text).not.toContain("PRIVATE KEY");
    expect(existsSync(aws.caFile)).toBe(false);
  });
});

describe("a call", () => {
  test("is in the event log with its caller, its way, its resource and its refusal", async () => {
    const { aws, configuration, call } = await started();
    const ssm = new SSMClient(configuration);
    await ssm.send(new PutParameterCommand({ Name: "/n/x", Value: "v", Type: "String" }));
    await call("ssm", "GetParameter", { Name: "/n/none" }).catch(() => undefined);
    await aws.close();

    expect(aws.events.calls()).toMatchObject(
      [
        { service: "ssm", operation: "PutParameter", resource: "/n/x", via: "sdk", caller: /platform-engineer/ },
        { service: "ssm", operation: "GetParameter", resource: "/n/none", error: "ParameterNotFound" },
      ].map((event) => (event.caller ? { ...event, caller: expect.stringMatching(event.caller) as string } : event)),
    );
  });

  test("takes as long as the profile says", async () => {
    const { aws, call } = await started({ latency: { ...LATENCY.none, request: 40 } });
    const before = performance.now();

    await call("ssm", "DescribeParameters", {});
    const took = performance.now() - before;
    await aws.close();

    expect(took).toBeGreaterThanOrEqual(38);
  });

  test("can be made to fail, and does so before anything is changed", async () => {
    const { aws, configuration } = await started();
    const ssm = new SSMClient(configuration);
    aws.intercept = ({ operation }, proceed) => {
      if (operation === "PutParameter") throw new AwsError("ThrottlingException", "Rate exceeded", 429);
      return proceed();
    };

    const put = ssm.send(new PutParameterCommand({ Name: "/n/x", Value: "v", Type: "String" }));
    await expect(put).rejects.toMatchObject({ name: "ThrottlingException", $metadata: { httpStatusCode: 429 } });

    const get = ssm.send(new GetParameterCommand({ Name: "/n/x" }));
    await expect(get).rejects.toMatchObject({ name: "ParameterNotFound" });
    await aws.close();
  });
});

describe("npm run local:aws", () => {
  const children: ChildProcess[] = [];
  afterEach(() => children.splice(0).forEach((child) => child.kill("SIGKILL")));

  function run(...args: string[]): ChildProcess {
    const child = spawn(process.execPath, ["--import", "tsx", "local/main.ts", ...args], { cwd: ROOT });
    children.push(child);
    return child;
  }

  test("prints one line of JSON, serves until it is told to end, and leaves nothing behind", async () => {
    const child = run("--port", "0", "--region", "eu-central-1");
    if (!child.stdout) throw new Error("no output");
    const lines = createInterface({ input: child.stdout });
    const printed: string[] = [];
    lines.on("line", (line) => printed.push(line));
    await once(lines, "line");
    const { endpoint, caFile, environment } = JSON.parse(printed[0] ?? "") as {
      endpoint: string;
      caFile: string;
      environment: Record<string, string>;
    };
    const credentials = {
      accessKeyId: environment.AWS_ACCESS_KEY_ID ?? "",
      secretAccessKey: environment.AWS_SECRET_ACCESS_KEY ?? "",
    };
    const ssm = new SSMClient({ endpoint, region: "eu-central-1", credentials });
    await ssm.send(new PutParameterCommand({ Name: "/n/x", Value: "v", Type: "String" }));
    const { Parameter } = await ssm.send(new GetParameterCommand({ Name: "/n/x" }));

    ssm.destroy();
    child.kill("SIGTERM");
    const [code] = (await once(child, "exit")) as [number | null];

    expect(Parameter?.ARN).toContain(":eu-central-1:");
    expect(environment).toMatchObject({
      AWS_ENDPOINT_URL: endpoint,
      AWS_REGION: "eu-central-1",
      NODE_EXTRA_CA_CERTS: caFile,
    });
    expect(environment.TF_REATTACH_PROVIDERS).toContain("registry.terraform.io/hashicorp/aws");
    expect(printed).toHaveLength(1);
    expect(code).toBe(0);
    expect(existsSync(caFile)).toBe(false);
  });

  test.each([
    ["a taken port", (port: string) => ["--port", port], 1, /another program listens on this port/],
    ["a port that is no number", () => ["--port", "http"], 1, /0 to 65535/],
    ["a port that no machine has", () => ["--port", "70000"], 1, /0 to 65535/],
    ["a latency profile that does not exist", () => ["--latency", "slow"], 1, /slow/],
  ] as const)("%s ends it with a message and without a stack", async (_, args, expected, message) => {
    const { aws } = await started();
    const child = run(...args(new URL(aws.endpoint).port));
    let text = "";
    child.stderr?.on("data", (chunk: Buffer) => (text += chunk.toString()));
    const [code] = (await once(child, "close")) as [number | null];
    await aws.close();

    expect(code).toBe(expected);
    expect(text).toMatch(message);
    expect(text).not.toMatch(/^\s+at /m);
  });
});
