import type { Refusal } from "../refusal";
import { change, rows, services } from "../service-rows";
import type { AwsWorld } from "../world";

const ssm = change("ssm.ts");
const PARAMETER = { Value: "value", Type: "String" };
const TIERS = "Systems Manager user guide, parameter tiers";
const NAMING = "API reference, PutParameter: Name";

const parameters: Refusal<AwsWorld>[] = [
  ...(
    [
      ["a name that begins with aws", "/aws/n", "…can't be prefixed…", "if (/^\\/?(aws|ssm)/i.test(name))"],
      ["a name that begins with ssm", "ssm-n", "…can't be prefixed…", "if (/^\\/?(aws|ssm)/i.test(name))"],
      [
        "a path that does not begin at the root",
        "n/a",
        "…fully qualified…",
        'if (name.includes("/") && !name.startsWith("/"))',
      ],
      [
        "a sign that no name holds",
        "/n/{x}",
        "Only a mix of letters…",
        "if (!/^[a-zA-Z0-9_.\\-/]{1,1011}$/.test(name))",
      ],
      ["a path of 16 levels", "/a".repeat(16), "…15 levels…", 'if (name.split("/").length - 1 > MOST_LEVELS)'],
    ] as const
  ).map(([what, Name, text, check]) =>
    rows("ssm", "PutParameter", {
      with: what,
      input: { ...PARAMETER, Name },
      answer: [400, "ValidationException", text],
      source: NAMING,
      takenOut: ssm(check, "if (false)"),
    }),
  ),
  ...(
    [
      ["a value of 4,098 bytes", { Name: "/n/long", Value: "é".repeat(2_049) }],
      [
        "a value of 8,193 bytes in the advanced tier",
        { Name: "/n/longer", Value: "x".repeat(8_193), Tier: "Advanced" },
      ],
    ] as const
  ).map(([what, members]) =>
    rows("ssm", "PutParameter", {
      with: what,
      input: { ...PARAMETER, ...members },
      answer: [400, "ValidationException", "… tier parameters support a maximum parameter value of … characters."],
      source: TIERS,
      takenOut: ssm("if (Buffer.byteLength(Value) > VALUE_BYTES[Tier])", "if (false)"),
    }),
  ),
  rows("ssm", "PutParameter", {
    with: "the name of a parameter, and not with Overwrite",
    before: [["PutParameter", { ...PARAMETER, Name: "/n/taken" }]],
    input: { ...PARAMETER, Name: "/n/taken", Value: "other" },
    answer: [
      400,
      "ParameterAlreadyExists",
      "The parameter already exists. To overwrite this value, set the overwrite…",
    ],
    source: "API reference, PutParameter: ParameterAlreadyExists",
    takenOut: ssm("if (before && !Overwrite)", "if (false)"),
  }),
  rows("ssm", "PutParameter", {
    with: "tags and Overwrite",
    input: { ...PARAMETER, Name: "/n/tagged", Overwrite: true, Tags: [{ Key: "a", Value: "b" }] },
    answer: [400, "ValidationException", "tags and overwrite can't be used together"],
    source: "API reference, PutParameter: Tags",
    takenOut: ssm("if (Overwrite && Tags?.length)", "if (false)"),
  }),
  ...(["GetParameter", "DeleteParameter"] as const).map((operation) =>
    rows("ssm", operation, {
      with: "a name that no parameter has",
      input: { Name: "/n/nobody" },
      answer: [400, "ParameterNotFound", "Parameter /n/nobody not found."],
      source: `API reference, ${operation}: ParameterNotFound`,
      takenOut: ssm(
        "if (!found) throw",
        'if (!found) return { Name: name, Value: "", Type: "String" } as Stored;\n    if (!found) throw',
      ),
    }),
  ),
  rows("ssm", "GetParameters", {
    with: "eleven names",
    input: { Names: [...Array(11).keys()].map((n) => `/n/${n}`) },
    answer: [400, "ValidationException", "names must be between 1 and 10"],
    source: "API reference, GetParameters: Names; [open] the text",
    takenOut: ssm("if (!(count >= 1 && count <= MOST_AT_ONCE))", "if (false)"),
  }),
  rows("ssm", "GetParametersByPath", {
    with: "a page token that it did not give out",
    input: { Path: "/n", NextToken: "invented" },
    answer: [400, "InvalidNextToken", "The specified token isn't valid."],
    source: "API reference, GetParametersByPath: InvalidNextToken",
    takenOut: { file: "local/core/pages.ts", find: "start <= 0) throw bad();", replace: "start <= 0) return 0;" },
  }),
];

const secrets = change("secrets-manager.ts");

const secretRows: Refusal<AwsWorld>[] = [
  rows("secretsmanager", "CreateSecret", {
    with: "a sign that no name holds",
    input: { Name: "n!" },
    answer: [400, "ValidationException", "Invalid name. Must be a valid name containing alphanumeric characters…"],
    source: "API reference, CreateSecret: Name",
    takenOut: secrets("if (!/^[\\w/+=.@-]{1,512}$/.test(Name))", "if (false)"),
  }),
  rows("secretsmanager", "CreateSecret", {
    with: "the name of a secret",
    before: [["CreateSecret", { Name: "taken" }]],
    input: { Name: "taken" },
    answer: [400, "ResourceExistsException", "The operation failed because the secret taken already exists."],
    source: "API reference, CreateSecret: ResourceExistsException",
    takenOut: secrets("if (before)\n", "if (false)\n"),
  }),
  rows("secretsmanager", "CreateSecret", {
    with: "the name of a secret that is marked for deletion",
    before: [
      ["CreateSecret", { Name: "marked" }],
      ["DeleteSecret", { SecretId: "marked" }],
    ],
    input: { Name: "marked" },
    answer: [
      400,
      "InvalidRequestException",
      "You can't create this secret because a secret with this name is already…",
    ],
    source: "API reference, CreateSecret: InvalidRequestException",
    takenOut: secrets("if (before?.DeletedDate)", "if (false)"),
  }),
  rows("secretsmanager", "CreateSecret", {
    with: "a value of 65,537 bytes",
    input: { Name: "long", SecretString: "x".repeat(65_537) },
    answer: [400, "ValidationException", "The secret value must not be longer than 65536 bytes."],
    source: "Secrets Manager user guide, quotas; [open] the text",
    takenOut: change("secret-versions.ts")("if (valueBytes(value).length > VALUE_BYTES)", "if (false)"),
  }),
  rows("secretsmanager", "GetSecretValue", {
    with: "a name that no secret has",
    input: { SecretId: "nobody" },
    answer: [400, "ResourceNotFoundException", "Secrets Manager can't find the specified secret."],
    source: "API reference, GetSecretValue: ResourceNotFoundException",
    takenOut: secrets(
      "if (!secret) throw",
      "if (!secret) return { versions: { get: () => ({}) } } as never;\n    if (!secret) throw",
    ),
  }),
  rows("secretsmanager", "GetSecretValue", {
    with: "a secret that has no value",
    before: [["CreateSecret", { Name: "empty" }]],
    input: { SecretId: "empty" },
    answer: [
      400,
      "ResourceNotFoundException",
      "Secrets Manager can't find the specified secret value for staging label…",
    ],
    source: "API reference, GetSecretValue: ResourceNotFoundException",
    takenOut: change("secret-versions.ts")(
      "    if (!found) {",
      "    if (!found) return { VersionId: '', VersionStages: [] };\n    if (!found) {",
    ),
  }),
  rows("secretsmanager", "GetSecretValue", {
    with: "a secret that is marked for deletion",
    before: [
      ["CreateSecret", { Name: "leaving", SecretString: "x" }],
      ["DeleteSecret", { SecretId: "leaving" }],
    ],
    input: { SecretId: "leaving" },
    answer: [400, "InvalidRequestException", "You can't perform this operation on the secret because it was marked…"],
    source: "API reference, GetSecretValue: InvalidRequestException",
    takenOut: secrets("if (!secret.DeletedDate) return secret;", "return secret;"),
  }),
];

export const surface = services("SSM and Secrets Manager", "parameters", [...parameters, ...secretRows]);
