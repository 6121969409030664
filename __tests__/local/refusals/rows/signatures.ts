import { createHash } from "node:crypto";
import { AwsV4Signer } from "aws4fetch";
import type { Mutant } from "../../../support/mutant";
import type { Refusal, Surface } from "../refusal";
import { answerOf, closeAws, openAws, type AwsWorld } from "../world";

/** A request that needs no more than a good signature. */
interface Asked {
  readonly service: string;
  readonly method?: "GET" | "POST";
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

const FORM = { "content-type": "application/x-www-form-urlencoded" };
const json = (target: string) => ({ "content-type": "application/x-amz-json-1.1", "x-amz-target": target });

const REQUESTS = {
  ListPolicyEngines: { service: "bedrock-agentcore", method: "GET", path: "/policy-engines?maxResults=10" },
  "SSM's GetParameter": { service: "ssm", headers: json("AmazonSSM.GetParameter"), body: '{"Name":"/n/x"}' },
  "Secrets Manager's GetSecretValue": {
    service: "secretsmanager",
    headers: json("secretsmanager.GetSecretValue"),
    body: '{"SecretId":"n"}',
  },
  "IAM's GetRole": { service: "iam", headers: FORM, body: "Action=GetRole&Version=2010-05-08&RoleName=n" },
  "STS's GetCallerIdentity": { service: "sts", headers: FORM, body: "Action=GetCallerIdentity&Version=2011-06-15" },
} as const satisfies Record<string, Asked>;

/** What is wrong with the signature, and how each protocol names it. */
interface Flaw {
  readonly that: string;
  readonly sign: (world: AwsWorld, asked: Asked) => Promise<Response>;
  readonly error: "MissingAuthenticationToken" | "InvalidSignatureException" | "UnrecognizedClientException";
  readonly text: string;
  readonly source?: string;
  readonly takenOut: Mutant;
}

const ERRORS_OF_QUERY = {
  MissingAuthenticationToken: "MissingAuthenticationToken",
  InvalidSignatureException: "SignatureDoesNotMatch",
  UnrecognizedClientException: "InvalidClientTokenId",
} as const;

const server = (find: string, replace: string) => ({ file: "local/http/server.ts", find, replace });
const signature = (find: string, replace: string) => ({ file: "local/http/signature.ts", find, replace });
/** The hash of what no request here has for its body. */
const ANOTHERS_HASH = createHash("sha256").update("another body").digest("hex");
const MISMATCH = "The request signature we calculated does not match the signature you provided.";
const LATE = "Signature expired or not yet current.";
const UNKNOWN_KEY = "The security token included in the request is invalid.";
const compared = signature("wanted.length !== given.length || !timingSafeEqual(wanted, given)", "false as boolean");
const timed = signature("if (!isCurrent || !time.startsWith(signature.date))", "if (false)");
const tokened = signature("if (credentials.sessionToken !== token)", "if (false)");

const FLAWS: readonly Flaw[] = [
  {
    that: "is not signed",
    sign: ({ aws }, { method = "POST", path = "/", headers, body }) =>
      fetch(`${aws.endpoint}${path}`, { method, headers: { ...headers }, ...(body && { body }) }),
    error: "MissingAuthenticationToken",
    text: "Missing Authentication Token",
    takenOut: server(
      'if (!signature) throw new AwsError("MissingAuthenticationToken", "Missing Authentication Token", 403);\n  if (signature.service',
      'if (!signature) return { arn: "anybody", via: "sdk" };\n  if (signature.service',
    ),
  },
  {
    that: "is signed for another service",
    sign: signedWith({ service: "cognito-idp" }),
    error: "InvalidSignatureException",
    text: "Credential should be scoped to correct service: '…'.",
    takenOut: server("if (signature.service !== signingName(service))", "if (false)"),
  },
  {
    that: "is signed for another region",
    sign: signedWith({ region: "eu-central-1" }),
    error: "InvalidSignatureException",
    text: "Credential should be scoped to a valid region.",
    takenOut: server("if (!regionsOf(service, backends.region).includes(signature.region))", "if (false)"),
  },
  {
    that: "is signed with a key that was never given out",
    sign: signedWith({ accessKeyId: "AKIASOMEBODYELSE0000" }),
    error: "UnrecognizedClientException",
    text: UNKNOWN_KEY,
    takenOut: server("if (!credentials)", 'if (!credentials) return { arn: "anybody", via: "sdk" };\n  if (false)'),
  },
  {
    that: "is signed with a wrong secret key",
    sign: signedWith({ secretAccessKey: "guessed" }),
    error: "InvalidSignatureException",
    text: MISMATCH,
    takenOut: compared,
  },
  {
    that: "was signed six minutes ago",
    sign: signedWith({}, -6),
    error: "InvalidSignatureException",
    text: LATE,
    takenOut: timed,
  },
  {
    that: "is signed for in six minutes",
    sign: signedWith({}, 6),
    error: "InvalidSignatureException",
    text: LATE,
    takenOut: timed,
  },
  {
    that: "brings a session token that is not its key's",
    sign: signedWith({ sessionToken: "made-up" }),
    error: "UnrecognizedClientException",
    text: UNKNOWN_KEY,
    takenOut: tokened,
  },
  {
    that: "is another one than was signed",
    sign: async (world, asked) => {
      const { url, method, headers, body } = await signed(world, asked);
      const isGet = method === "GET";
      return fetch(isGet ? url.toString().replace("=10", "=11") : url, {
        method,
        headers,
        ...(!isGet && { body: `${String(body)}${asked.headers === FORM ? "&Added=later" : " "}` }),
      });
    },
    error: "InvalidSignatureException",
    text: MISMATCH,
    takenOut: compared,
  },
  {
    that: "has an x-amz- header that is not signed",
    sign: async (world, asked) => {
      const { url, method, headers, body } = await signed(world, asked);
      headers.set("x-amz-added", "later");
      return fetch(url, { method, headers, ...(method !== "GET" && { body }) });
    },
    error: "InvalidSignatureException",
    text: "'x-amz-added' must be a 'SignedHeader'.",
    source: "IAM user guide, creating a signed request: every x-amz- header; [open] the text",
    takenOut: signature("if (unsigned) throw", "if (false) throw"),
  },
  {
    that: "states another hash of its body than it is signed with",
    sign: signedWith({}, 0, () => FalseHash),
    error: "InvalidSignatureException",
    text: "'x-amz-content-sha256' is not the hash of the request's body.",
    source: "[open] IAM user guide, creating a signed request: x-amz-content-sha256 is the payload's hash",
    takenOut: signature("if (stated !== undefined && stated !== sha256(request.body))", "if (false)"),
  },
  ...(
    [
      ["are not sorted", (names: readonly string[]) => [...names].reverse()],
      ["stand twice", (names: readonly string[]) => names.flatMap((name) => [name, name])],
    ] as const
  ).map(([what, relist]): Flaw => ({
    that: `is signed with headers that ${what}`,
    sign: signedWith({}, 0, () => relisted(relist)),
    error: "InvalidSignatureException",
    text: "SignedHeaders must be in lower case and sorted, each once.",
    source: "[open] IAM user guide, creating a signed request: a sorted list in lower case",
    takenOut: signature("if (!isCanonical(signature.signedHeaders))", "if (false)"),
  })),
];

/** A header that says something else of the body than the signature does. */
class FalseHash extends AwsV4Signer {
  constructor(options: ConstructorParameters<typeof AwsV4Signer>[0]) {
    super({
      ...options,
      headers: { ...(options.headers as Record<string, string>), "x-amz-content-sha256": ANOTHERS_HASH },
    });
  }

  override hexBodyHash() {
    return Promise.resolve(
      createHash("sha256")
        .update(`${this.body?.toString() ?? ""}`)
        .digest("hex"),
    );
  }
}

/** The headers in another order, or otherwise than once each, and signed like that. */
const relisted = (relist: (names: readonly string[]) => readonly string[]) =>
  class extends AwsV4Signer {
    constructor(options: ConstructorParameters<typeof AwsV4Signer>[0]) {
      super(options);
      const lines = new Map(this.canonicalHeaders.split("\n").map((line) => [line.split(":")[0] ?? "", line]));
      const names = relist(this.signedHeaders.split(";"));
      this.signedHeaders = names.join(";");
      this.canonicalHeaders = names.map((name) => lines.get(name.toLowerCase()) ?? "").join("\n");
    }
  };

type Override = Partial<ConstructorParameters<typeof AwsV4Signer>[0]>;

function signed(world: AwsWorld, asked: Asked, override: Override = {}, minutes = 0, Signer = AwsV4Signer) {
  const { AWS_ACCESS_KEY_ID = "", AWS_SECRET_ACCESS_KEY = "" } = world.aws.environment();
  const { service, method = "POST", path = "/", headers, body } = asked;
  return new Signer({
    accessKeyId: AWS_ACCESS_KEY_ID,
    secretAccessKey: AWS_SECRET_ACCESS_KEY,
    region: "us-east-1",
    service,
    method,
    url: `${world.aws.endpoint}${path}`,
    headers: { ...headers },
    ...(body && { body }),
    datetime: new Date(Date.now() + minutes * 60_000).toISOString().replace(/[:-]|\.\d{3}/g, ""),
    ...override,
  }).sign();
}

function signedWith(override: Override, minutes = 0, signer = () => AwsV4Signer) {
  return async (world: AwsWorld, asked: Asked): Promise<Response> => {
    const { url, method, headers, body } = await signed(world, asked, override, minutes, signer());
    return fetch(url, { method, headers, ...(method !== "GET" && { body }) });
  };
}

const SOURCE = "IAM user guide, AWS Signature Version 4; common errors of the service's API reference";

const flawed = ([name, asked]: readonly [string, Asked]): Refusal<AwsWorld>[] =>
  FLAWS.map(({ that, sign, error, text, source = SOURCE, takenOut }) => ({
    request: `${name} that ${that}`,
    send: async (world) => answerOf(await sign(world, asked)),
    answer: { status: 403, type: asked.headers === FORM ? ERRORS_OF_QUERY[error] : error, text },
    source,
    takenOut,
  }));

export const surface: Surface<AwsWorld> = {
  name: "Signatures",
  test: "__tests__/local/refusals/signatures.test.ts",
  open: () => openAws(),
  close: closeAws,
  refusals: Object.entries<Asked>(REQUESTS).flatMap(flawed),
};
