import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { unzipSync } from "fflate";
import { bundlePreToken } from "../../lambdas/bundle";
import type { ClaimsDirectory } from "../../lambdas/pre-token/directory";

const USER = "5f0c2b1e-7a64-4d0f-9a51-3c2f6e8b7d10";
const GUEST = { department: "guest", role: "viewer" };
const DIRECTORY: ClaimsDirectory = {
  gatewayScopes: ["demo-gateway/read", "demo-gateway/write"],
  users: { [USER]: { department: "finance", role: "analyst" } },
  defaultGroup: null,
};

interface Answer {
  response: {
    claimsAndScopeOverrideDetails: null | { accessTokenGeneration: { claimsToAddOrOverride: Record<string, string> } };
  };
}

/** Runs the real bundle in a process of its own, as Lambda does. */
function invoke(
  event: unknown,
  directory: ClaimsDirectory | string = DIRECTORY,
): { answer: Answer; log: string; errors: string } {
  const folder = mkdtempSync(path.join(tmpdir(), "pre-token-"));
  const usable = typeof directory === "string" ? DIRECTORY : directory;
  for (const [name, bytes] of Object.entries(unzipSync(readFileSync(bundlePreToken(usable).zipPath)))) {
    writeFileSync(path.join(folder, name), bytes);
  }
  if (typeof directory === "string") writeFileSync(path.join(folder, "directory.json"), directory);
  const script = `require(${JSON.stringify(path.join(folder, "index.js"))}).handler(JSON.parse(process.env.EVENT))
    .then((answer) => console.log("ANSWER" + JSON.stringify(answer)));`;
  const { stdout, stderr } = spawnSync(process.execPath, ["-e", script], {
    env: { EVENT: JSON.stringify(event) },
    encoding: "utf8",
  });
  const [log = "", answer = ""] = stdout.split("ANSWER");
  return { answer: JSON.parse(answer) as Answer, log, errors: stderr };
}

/** Cognito's V3 event for client credentials, with its nulls. */
const machineEvent = (request: Record<string, unknown> = {}, triggerSource = "TokenGeneration_ClientCredentials") => ({
  version: "3",
  triggerSource,
  userName: "ClientCredentials",
  callerContext: { clientId: "machine" },
  request: {
    userAttributes: {},
    groupConfiguration: null,
    scopes: ["demo-gateway/read", "demo-gateway/write"],
    clientMetadata: { verified_user_id: USER },
    ...request,
  },
  response: { claimsAndScopeOverrideDetails: null },
});

const claimsOf = ({ answer }: { answer: Answer }) =>
  answer.response.claimsAndScopeOverrideDetails?.accessTokenGeneration.claimsToAddOrOverride ?? null;

describe("the pre-token Lambda", () => {
  test("gives a listed user's machine token the user's claims", () => {
    expect(claimsOf(invoke(machineEvent()))).toEqual({ user_id: USER, department: "finance", role: "analyst" });
  });

  test("gives an unknown user the default group, or nothing where there is none", () => {
    const event = machineEvent({ clientMetadata: { verified_user_id: "stranger" } });

    expect(claimsOf(invoke(event, { ...DIRECTORY, defaultGroup: GUEST }))).toEqual({ user_id: "stranger", ...GUEST });
    expect(claimsOf(invoke(event))).toBeNull();
  });

  test.each([
    ["no metadata", { clientMetadata: null }],
    ["absent metadata", { clientMetadata: undefined }],
    ["metadata that is no object", { clientMetadata: "x" }],
    ["no user in it", { clientMetadata: {} }],
    ["an empty user", { clientMetadata: { verified_user_id: "" } }],
    ["a user that is no string", { clientMetadata: { verified_user_id: 7 } }],
    ["a user that is an object", { clientMetadata: { verified_user_id: { $ne: "" } } }],
    ["an over-long user", { clientMetadata: { verified_user_id: "x".repeat(129) } }],
    ["a user named __proto__", { clientMetadata: { verified_user_id: "__proto__" } }],
    ["a user named constructor", { clientMetadata: { verified_user_id: "constructor" } }],
    ["no scopes", { scopes: [] }],
    ["null scopes", { scopes: null }],
    ["scopes that are no list", { scopes: "demo-gateway/read" }],
    ["scopes that are no strings", { scopes: [7] }],
    ["metadata that is a list", { clientMetadata: [USER] }],
    ["another resource server's scope", { scopes: ["other/read"] }],
    ["another scope beside the gateway's", { scopes: ["demo-gateway/read", "other/read"] }],
  ])("adds no claim and fails nothing for %s", (_, request) => {
    const event = machineEvent(request);

    const { answer } = invoke(event, { ...DIRECTORY, defaultGroup: GUEST });

    expect(answer).toEqual(JSON.parse(JSON.stringify(event)));
  });

  test.each([
    "TokenGeneration_Authentication",
    "TokenGeneration_HostedAuth",
    "TokenGeneration_RefreshTokens",
    "TokenGeneration_NewPasswordChallenge",
    "TokenGeneration_AuthenticateDevice",
    "tokengeneration_clientcredentials",
  ])("passes a person's sign-in through untouched, whatever metadata it brings: %s", (trigger) => {
    const event = machineEvent({}, trigger);
    expect(invoke(event).answer).toEqual(event);
  });

  test("gives a user of the greatest length claims, exactly as named", () => {
    const named = ` ${"x".repeat(126)} `;
    const event = machineEvent({ clientMetadata: { verified_user_id: named } });
    expect(claimsOf(invoke(event, { ...DIRECTORY, defaultGroup: GUEST }))).toEqual({ user_id: named, ...GUEST });
  });

  test.each([null, {}, { request: null }, { triggerSource: "TokenGeneration_ClientCredentials", request: null }, "x"])(
    "answers what is no event of Cognito's with the same again: %j",
    (event) => {
      expect(invoke(event).answer).toEqual(event);
    },
  );

  test("tells nothing of the request in the log when it gives no claims", () => {
    const { log } = invoke(
      machineEvent({ clientMetadata: { verified_user_id: "somebody@example.com", other: "x1y2" } }),
    );

    expect(JSON.parse(log)).toEqual({
      reason: "the user is not in the directory",
      trigger: "TokenGeneration_ClientCredentials",
    });
  });

  test("logs a decision without anybody's identifier", () => {
    const { log } = invoke(machineEvent());

    expect(JSON.parse(log)).toMatchObject({
      reason: "claims added",
      department: "finance",
      user: expect.stringMatching(/^[0-9a-f]{8}$/),
    });
    expect(log).not.toContain(USER);
    expect(log).not.toContain(USER.slice(0, 13));
  });

  test.each([
    "",
    "null",
    "[]",
    '{"users":{}}',
    '{"gatewayScopes":[],"users":{"a":{"department":1,"role":"x"}},"defaultGroup":null}',
  ])("gives nobody claims when its directory is %p", (directory) => {
    const event = machineEvent();
    expect(invoke(event, directory).answer).toEqual(event);
  });

  test.each([
    ["a default group without a role", { ...DIRECTORY, defaultGroup: { department: "guest" } }],
    ["a group that is no text", { ...DIRECTORY, users: { [USER]: { department: 1, role: "x" } } }],
    ["a scope that is no text", { ...DIRECTORY, gatewayScopes: [...DIRECTORY.gatewayScopes, 7] }],
  ])("gives nobody claims when its directory has %s", (_, directory) => {
    const event = machineEvent();
    expect(invoke(event, JSON.stringify(directory)).answer).toEqual(event);
  });

  test("says that its directory is unusable without a word of what is in it", () => {
    const { errors } = invoke(machineEvent(), `{"users": {"${USER}": oops`);
    expect(JSON.parse(errors)).toEqual({
      reason: "directory.json is unusable: no token gets claims",
      error: "SyntaxError",
    });
  });
});
