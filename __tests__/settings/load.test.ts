import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { UserError, type Problem } from "../../reporting/problem";
import { loadSettings, settingsFromEnvironment } from "../../settings/load";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "settings-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** The smallest settings that are good. */
const GOOD = ["name: agents", "region: us-east-1", "backend: { type: local }", "policySet: allow-guest"];

function load(lines: readonly string[], environment = "dev") {
  writeFileSync(path.join(folder, `${environment}.yaml`), lines.join("\n"));
  return loadSettings(environment, {}, folder);
}

function problemsOf(lines: readonly string[], environment?: string): readonly Problem[] {
  try {
    load(lines, environment);
  } catch (error) {
    if (error instanceof UserError) return error.problems;
    throw error;
  }
  return [];
}

describe("the shipped environments", () => {
  test("prod protects the user pool, gives unknown users no claim, and enforces", () => {
    expect(loadSettings("prod")).toMatchObject({
      userPool: { deletionProtection: true },
      claims: { users: {}, defaultGroup: "none" },
      policyEngine: { mode: "ENFORCE", takeOver: false, validationMode: "FAIL_ON_ANY_FINDINGS" },
    });
  });

  test("dev has a user of each permitted department, and guests for the rest", () => {
    const { claims, policySet } = loadSettings("dev");
    const departments = Object.values(claims.users).map(({ department }) => department);
    expect(departments.sort()).toEqual(["engineering", "finance"]);
    expect(claims.defaultGroup).toBe("guest");
    expect(policySet).toBe("allow-guest");
  });

  test("have names of their own, so that they can share an account", () => {
    expect(loadSettings("dev").name).not.toBe(loadSettings("prod").name);
  });
});

test("defaults are the safe choice", () => {
  expect(load(GOOD)).toEqual({
    environment: "dev",
    name: "agents",
    region: "us-east-1",
    backend: { type: "local" },
    policySet: "allow-guest",
    tags: {},
    logRetentionDays: 7,
    userPool: { callbackUrls: [], deletionProtection: true },
    claims: { users: {}, defaultGroup: "none" },
    policyEngine: {
      mode: "ENFORCE",
      acknowledgeNothingIsEnforced: false,
      validationMode: "FAIL_ON_ANY_FINDINGS",
      propagationSeconds: 10,
      takeOver: false,
      replacePolicies: [],
    },
    gateway: { description: "MCP gateway with per-user Cedar policies", tracing: false },
    imports: {},
  });
});

test("the environment is dev where none is chosen", () => {
  expect(settingsFromEnvironment({}).environment).toBe("dev");
  expect(settingsFromEnvironment({ ENVIRONMENT: "prod" }).environment).toBe("prod");
  expect(settingsFromEnvironment({ POLICY_SET: "deny-guest" }).policySet).toBe("deny-guest");
});

describe("a mistake", () => {
  test("is shown with file, line, field, value, limit and fix", () => {
    const lines = [...GOOD, "policyEngine:", "  mode: ENFORC"];
    expect(() => load(lines)).toThrow(
      [
        "the settings of dev cannot be used",
        "  settings/dev.yaml:6 policyEngine.mode: is none of the values that it can have",
        "    value: ENFORC",
        "    limit: ENFORCE, LOG_ONLY",
        "    fix:   did you mean ENFORCE?",
      ].join("\n"),
    );
  });

  test("does not hide another one, of whatever kind; they come in the file's order", () => {
    const problems = problemsOf(
      [
        "region: us-esat-1",
        "name: My_Agents",
        "backend: { type: s4 }",
        "policySet: deny-gest",
        "policyEngine: { mode: LOG_ONLY, propagationSeconds: 301 }",
        "logRetentionDays: 8",
        "gatway: {}",
        'tags: { "aws:x": "1", Project: mine }',
      ],
      "staging",
    );
    expect(problems.map(({ where }) => where)).toEqual([
      "settings/staging.yaml:1 region",
      "settings/staging.yaml:2 name",
      "settings/staging.yaml:3 backend.type",
      "settings/staging.yaml:4 policySet",
      "settings/staging.yaml:5 policyEngine.propagationSeconds",
      "settings/staging.yaml:5 policyEngine.mode",
      "settings/staging.yaml:6 logRetentionDays",
      "settings/staging.yaml:7 gatway",
      "settings/staging.yaml:8 tags.aws:x",
      "settings/staging.yaml:8 tags.Project",
    ]);
  });

  test.each([
    ["policyset: x", "did you mean policySet?"],
    ["mode: ENFORCE", "did you mean policyEngine.mode?"],
    ["entirelyUnknown: 1", "delete it"],
    ["backend: { type: local, bucket: abc }", "delete it"],
    ["claims: { users: { u1: { department: a, role: b, dept: c } } }", "delete it"],
    ["userPool: { deletionProtecton: true }", "did you mean deletionProtection?"],
    ["policyEngine: { acknowledgeNothingEnforced: true }", "did you mean acknowledgeNothingIsEnforced?"],
  ])("%s is an unknown setting, with what was meant: %s", (line, fix) => {
    const key = line.split(":")[0];
    const [problem] = problemsOf([...GOOD.filter((good) => !good.startsWith(`${key}:`)), line]);
    expect(problem).toMatchObject({ what: "is not a setting", fix });
  });

  test.each([
    ["region: us-esat-1", "region"],
    ["policySet: nope", "policySet"],
    ["logRetentionDays: 8", "logRetentionDays"],
    ["assumeRoleArn: arn:aws:iam::1:role/x", "assumeRoleArn"],
    ["userPool: { adminEmail: nobody }", "userPool.adminEmail"],
    ["userPool: { callbackUrls: ['http://app.example.com'] }", "userPool.callbackUrls.0"],
    ["userPool: { callbackUrls: ['http://localhost.evil.example'] }", "userPool.callbackUrls.0"],
    ["userPool: { callbackUrls: ['https://a.example/#x'] }", "userPool.callbackUrls.0"],
    ["userPool: { deletionProtection: 'yes' }", "userPool.deletionProtection"],
    ["claims: { defaultGroup: admin }", "claims.defaultGroup"],
    ["claims: { users: { u1: { department: finance } } }", "claims.users.u…"],
    ["policyEngine: { validationMode: IGNORE }", "policyEngine.validationMode"],
    ["policyEngine: { propagationSeconds: -1 }", "policyEngine.propagationSeconds"],
    ["policyEngine: { replacePolicies: [cp-1760000000] }", "policyEngine.replacePolicies.0"],
    ["imports: { user_pool: us-east-1_EXAMPLE }", "imports.user_pool"],
    ["imports: { module.m.aws_iam_role.r: r }", "imports.module.m.aws_iam_role.r"],
    ["imports: { aws_iam_role.r: '' }", "imports.aws_iam_role.r"],
    ["imports: { aws_iam_role.r: '${self.id}' }", "imports.aws_iam_role.r"],
    ["gateway: { description: '' }", "gateway.description"],
    ["gateway: { description: 'Hello ${world}' }", "gateway.description"],
    ["backend: { type: s3, bucket: Bad_Bucket }", "backend.bucket"],
    ["backend: { type: cloud }", "backend.organization"],
    ["tags: { CostCenter: 42 }", "tags.CostCenter"],
    ["tags: { deployment: mine }", "tags.deployment"],
    ["tags: { Team: a, team: b }", "tags.team"],
    ["userPool: { adminEmail: 'a${self.id}@example.com' }", "userPool.adminEmail"],
    [`userPool: { adminEmail: ${"a".repeat(117)}@example.com }`, "userPool.adminEmail"],
    ["claims: { users: { __proto__: { department: finance, role: analyst } } }", "claims.users.__p…"],
    ["claims: { users: { constructor: { department: finance, role: analyst } } }", "claims.users.cons…"],
    ["tags: { __proto__: x }", "tags.__proto__"],
    ["imports: { __proto__: x }", "imports.__proto__"],
    ["name: 7", "name"],
  ])("%s is refused", (line, field) => {
    const key = line.split(":")[0];
    const problems = problemsOf([...GOOD.filter((good) => !good.startsWith(`${key}:`)), line]);
    expect(problems.map(({ where }) => where.split(" ")[1])).toEqual([
      expect.stringMatching(`^${field.replace(/[.]/g, "\\.")}`),
    ]);
  });

  test("in a user's entry does not show the user's id in full", () => {
    const id = "5f0c2b1e-7a64-4d0f-9a51-3c2f6e8b7d10";
    const lines = [
      ...GOOD,
      "claims:",
      "  users:",
      `    ${id}: { department: 5, role: a }`,
      "    me@example.com: { department: a, role: b }",
    ];
    const problems = problemsOf(lines);
    expect(problems.map(({ where }) => where)).toEqual([
      "settings/dev.yaml:7 claims.users.5f0c2b1e….department",
      "settings/dev.yaml:8 claims.users.me@ex…",
    ]);
    expect(JSON.stringify(problems)).not.toContain(id);
    expect(JSON.stringify(problems)).not.toContain("me@example.com");
  });

  test("in the YAML itself is shown with its line", () => {
    expect(problemsOf(["name: agents", "tags: [1,"])).toEqual([
      expect.objectContaining({ where: "settings/dev.yaml:2", what: "is not YAML that can be read" }),
    ]);
    expect(problemsOf([...GOOD, "name: twice"])).toEqual([
      expect.objectContaining({ where: "settings/dev.yaml:5", value: expect.stringMatching(/unique/) }),
    ]);
  });

  test.each([
    ["an alias of nothing", ["tags: { a: b,", "  c: *nope }"], "6", { what: "is an alias of nothing", value: "*nope" }],
    ["an alias within what it stands for", ["tags: &t", "  a: *t"], "6", { value: "*t" }],
    [
      "aliases that stand for too much",
      [
        "a: &a [x, x, x, x, x, x, x, x, x]",
        ...["ab", "bc", "cd"].map(([of, to]) => `${to}: &${to} [${`*${of}, `.repeat(9)}]`),
      ],
      undefined,
      { what: "has aliases that stand for too much", fix: "write out what they stand for" },
    ],
  ])("in YAML's aliases is shown with its file: %s", (_, lines, line, expected) => {
    const where = ["settings/dev.yaml", ...(line === undefined ? [] : [line])].join(":");
    expect(problemsOf([...GOOD, ...lines])).toEqual([expect.objectContaining({ where, ...expected })]);
  });

  test("is no alias of what stands before it", () => {
    expect(load([...GOOD.slice(1), "name: &n agents", "tags: { Team: *n }"]).tags).toEqual({ Team: "agents" });
  });

  test("of a settings file that is a folder, or not in UTF-8, is shown with its file", () => {
    mkdirSync(path.join(folder, "dev.yaml"));
    expect(() => loadSettings("dev", {}, folder)).toThrow(/settings\/dev\.yaml: is a folder, and has to be a file/);
    writeFileSync(path.join(folder, "utf16.yaml"), Buffer.from(`\uFEFF${GOOD.join("\n")}`, "utf16le"));
    expect(() => loadSettings("utf16", {}, folder)).toThrow(/settings\/utf16\.yaml: is not text in UTF-8/);
  });

  test("is none where a byte order mark stands in front", () => {
    expect(load([`\uFEFF${GOOD[0]}`, ...GOOD.slice(1)]).name).toBe("agents");
  });

  test("in the admin's address is none up to 128 characters", () => {
    const adminEmail = `${"a".repeat(116)}@example.com`;
    expect(load([...GOOD, `userPool: { adminEmail: ${adminEmail} }`]).userPool.adminEmail).toHaveLength(128);
  });

  test("in the environment's name is shown with those that there are, and reaches no other folder", () => {
    expect(() => loadSettings("prd")).toThrow(/settings\/prd\.yaml does not exist[^]*dev, prod[^]*did you mean prod\?/);
    expect(() => loadSettings("../settings/dev")).toThrow(/does not exist/);
  });
});

describe("LOG_ONLY", () => {
  const logOnly = (extra = "") => [...GOOD, `policyEngine: { mode: LOG_ONLY${extra} }`];

  test("is refused outside of dev unless it is acknowledged that nothing is enforced", () => {
    for (const environment of ["prod", "staging"]) {
      expect(problemsOf(logOnly(), environment)).toEqual([
        expect.objectContaining({
          what: expect.stringContaining("enforces nothing"),
          fix: expect.stringContaining("acknowledgeNothingIsEnforced: true"),
        }),
      ]);
      expect(problemsOf(logOnly(", acknowledgeNothingIsEnforced: false"), environment)).toHaveLength(1);
      expect(load(logOnly(", acknowledgeNothingIsEnforced: true"), environment).policyEngine.mode).toBe("LOG_ONLY");
    }
  });

  test("is taken in dev", () => {
    expect(load(logOnly()).policyEngine.mode).toBe("LOG_ONLY");
  });
});
