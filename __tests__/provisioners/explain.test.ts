import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { OfflineAws } from "../../local/offline-aws";
import { findEngine } from "../../provisioners/aws/engines";
import { getGateway } from "../../provisioners/aws/gateways";
import { createContext, type Context } from "../../provisioners/context";
import { explain } from "../../provisioners/explain";

const IMPATIENT = { firstPause: 2, longestPause: 20, deadline: 300, firstLook: 2, answer: 150 };

function impatientContext(assumeRoleArn = ""): { context: Context; lines: string[] } {
  const lines: string[] = [];
  const log = { step: (line: string) => lines.push(line) };
  return { context: createContext({ region: "us-east-1", assumeRoleArn, log, patience: IMPATIENT }), lines };
}

const environment = { ...process.env };
afterEach(() => {
  process.env = { ...environment };
});

const explained = (attempt: Promise<unknown>): Promise<string> =>
  attempt.then(
    () => "no error",
    (error: unknown) => (explain(error) as Error).message,
  );

describe("with the offline AWS", () => {
  let aws: OfflineAws;
  beforeAll(async () => {
    aws = await OfflineAws.start();
  });
  beforeEach(() => {
    Object.assign(process.env, aws.environment());
  });
  afterAll(() => aws.close());

  test("a role that may not be assumed is told as that, with the setting that names it", async () => {
    const { context } = impatientContext("arn:aws:iam::000000000000:role/of-nobody");

    const message = await explained(findEngine(context, "demo_policy_engine"));

    expect(message).toMatch(/the role of the settings could not be assumed/);
    expect(message).toMatch(/resource: assumeRoleArn/);
    expect(message).toMatch(/AWS said: AccessDenied: /);
  });

  test("what AWS refuses is told with the request that it was", async () => {
    const { context } = impatientContext();

    const message = await explained(getGateway(context, "not a gateway's id"));

    expect(message).toMatch(/AWS refused a request\n {2}resource: GetGateway not a gateway's id\n {2}AWS said: Valid/);
  });
});

describe("without AWS", () => {
  let server: Server | undefined;
  afterEach(() => server?.close());

  test("a host that nobody has is told at once, with where its name comes from", async () => {
    const { context, lines } = impatientContext();
    process.env.AWS_ACCESS_KEY_ID = process.env.AWS_SECRET_ACCESS_KEY = "unused";
    const unknown = Object.assign(new Error("getaddrinfo ENOTFOUND bedrock.eu-cental-1"), { code: "ENOTFOUND" });
    context.control.middlewareStack.add(() => () => Promise.reject(unknown), { step: "finalizeRequest" });

    const message = await explained(findEngine(context, "demo_policy_engine"));

    expect(message).toMatch(/AWS could not be reached: Error: getaddrinfo ENOTFOUND[^]*`region` in the settings/);
    expect(lines).toEqual([]);
  });

  test("an answer that stalls half-way is given up, tried again and told", async () => {
    server = createServer((_, response) => {
      response.writeHead(200, { "content-type": "application/json", "content-length": "1000" });
      response.write('{"policyEngines":[');
    });
    await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
    process.env.AWS_ACCESS_KEY_ID = process.env.AWS_SECRET_ACCESS_KEY = "unused";
    process.env.AWS_ENDPOINT_URL = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { context, lines } = impatientContext();

    const message = await explained(findEngine(context, "demo_policy_engine"));
    server.closeAllConnections();

    expect(message).toMatch(/AWS could not be reached: .*\n {2}resource: ListPolicyEngines/);
    expect(lines).toContainEqual(expect.stringMatching(/^ListPolicyEngines: try 1 failed, again shortly/));
  });
});
