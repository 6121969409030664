import { policyName } from "../cedar/policy-name";
import type { Problem } from "../reporting/problem";
import { domainPrefix, namesFor, toolNamesFor } from "./names";

/** Digits of an AWS account id. */
const ACCOUNT = "0".repeat(12);

interface Limit {
  /** What is named, as AWS calls it. */
  readonly what: string;
  readonly value: (name: string, region: string) => string;
  /** The most characters, and where that is from. */
  readonly max: number;
  readonly source: string;
}

const IAM_ROLE = { max: 64, source: "IAM CreateRole, RoleName" };
const LAMBDA = { max: 64, source: "Lambda CreateFunction, FunctionName" };

/** The limits that a deployment's name can reach. A name is at most what the tightest of them leaves. */
const LIMITS: readonly Limit[] = [
  {
    what: "policy engine",
    value: (name) => namesFor(name).policyEngine,
    max: 48,
    source: "AgentCore CreatePolicyEngine, PolicyEngineName",
  },
  {
    what: "shortest possible policy",
    // A file name of one character; `_g99` is appended where a name is taken.
    value: (name) => `${policyName(namesFor(name).policyPrefix, "x", "")}_g99`,
    max: 48,
    source: "AgentCore CreatePolicy, PolicyName",
  },
  {
    what: "sign-in domain prefix",
    value: (name, region) => domainPrefix(name, ACCOUNT, region),
    max: 63,
    source: "Cognito CreateUserPoolDomain, Domain",
  },
  {
    what: "delivery source of the gateway's traces",
    value: (name) => namesFor(name).tracesSource,
    max: 60,
    source: "CloudWatch Logs PutDeliverySource, name",
  },
  {
    what: "delivery destination of the gateway's traces",
    value: (name) => namesFor(name).tracesDestination,
    max: 60,
    source: "CloudWatch Logs PutDeliveryDestination, name",
  },
  { what: "pre-token function", value: (name) => namesFor(name).preToken, ...LAMBDA },
  { what: "role of the pre-token function", value: (name) => namesFor(name).preTokenRole, ...IAM_ROLE },
  { what: "gateway role", value: (name) => namesFor(name).gatewayRole, ...IAM_ROLE },
  {
    what: "gateway",
    value: (name) => namesFor(name).gateway,
    max: 100,
    source: "AgentCore CreateGateway, GatewayName",
  },
  {
    what: "credential provider",
    value: (name) => namesFor(name).credentialProvider,
    max: 128,
    source: "AgentCore CreateOauth2CredentialProvider, CredentialProviderName",
  },
  {
    what: "user pool",
    value: (name) => namesFor(name).userPool,
    max: 128,
    source: "Cognito CreateUserPool, PoolName",
  },
  {
    what: "app client",
    value: (name) => namesFor(name).machineClient,
    max: 128,
    source: "Cognito CreateUserPoolClient, ClientName",
  },
  {
    what: "resource server",
    value: (name) => namesFor(name).resourceServerTitle,
    max: 256,
    source: "Cognito CreateResourceServer, Name",
  },
  {
    what: "subject of the invitation",
    value: (name) => namesFor(name).invitationSubject,
    max: 140,
    source: "Cognito CreateUserPool, EmailSubject",
  },
];

/** Lower case, as the sign-in domain wants it; hyphens inside only, as they become parts of longer names. */
const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/** Words that a sign-in domain prefix may not contain. Source: Cognito's guide, "Using a prefix domain". */
const RESERVED_WORDS = ["aws", "amazon", "cognito"];

/** How a parameter's name may not begin; `aws` is ruled out already. Source: Systems Manager PutParameter. */
const RESERVED_PREFIX = "ssm";

/** The most characters that a deployment's name may have in a region. */
export const longestName = (region: string) =>
  Math.min(...LIMITS.map((limit) => limit.max - (limit.value("n", region).length - 1)));

/** What is wrong with a deployment's name, in that region. Policies' names are checked with the policies. */
export function checkName(name: string, region: string): Omit<Problem, "where">[] {
  return [...shapeProblems(name), ...lengthProblems(name, region)];
}

function shapeProblems(name: string): Omit<Problem, "where">[] {
  if (!NAME.test(name)) {
    const limit = "lower-case letters, digits and single hyphens between them, a letter first";
    return [{ what: "is not a name that every AWS service takes", value: name, limit, fix: betterName(name) }];
  }
  const reserved = RESERVED_WORDS.find((word) => name.includes(word));
  if (reserved) {
    const limit = `may not contain ${RESERVED_WORDS.join(", ")}: Cognito refuses them in a sign-in domain`;
    return [{ what: `contains "${reserved}"`, value: name, limit, fix: "choose another name" }];
  }
  if (name.startsWith(RESERVED_PREFIX)) {
    const limit = `may not begin with ${RESERVED_PREFIX}: Systems Manager refuses it in a parameter's name`;
    return [{ what: `begins with "${RESERVED_PREFIX}"`, value: name, limit, fix: "choose another name" }];
  }
  return [];
}

function lengthProblems(name: string, region: string): Omit<Problem, "where">[] {
  const most = longestName(region);
  if (name.length <= most) return [];
  const tightest = LIMITS.find((limit) => limit.value(name, region).length - limit.max === name.length - most);
  return [
    {
      what: "is too long",
      value: `${name} (${name.length} characters)`,
      limit:
        tightest &&
        `${most} characters in ${region}: the ${tightest.what} ${tightest.value(name, region)} has at most ${tightest.max} (${tightest.source})`,
      fix: `take away ${name.length - most} characters or more`,
    },
  ];
}

function betterName(name: string): string {
  const better = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^[^a-z]+|-+$/g, "");
  const isGood = NAME.test(better) && shapeProblems(better).length === 0;
  return isGood ? `write ${better}` : `choose a name such as agents-dev, without ${RESERVED_WORDS.join(", ")}`;
}

/** What a tool's folder can run into beside the deployment's name: limits, and names that are taken. */
export function checkToolFolder(name: string, folder: string): Problem[] {
  const where = `lambdas/tools/${folder}`;
  const { function: functionName, role } = toolNamesFor(name, folder);
  const { gatewayRole, preToken, preTokenRole } = namesFor(name);
  const taken = [gatewayRole, preToken, preTokenRole].find((own) => own === functionName || own === role);
  if (taken) {
    const what = "the tool would take a name that the deployment has itself";
    return [{ where, what, value: taken, fix: "give the folder another name" }];
  }
  const excess = Math.max(functionName.length - LAMBDA.max, role.length - IAM_ROLE.max);
  if (excess <= 0) return [];
  return [
    {
      where,
      what: "the folder's name is too long beside the deployment's name",
      value: `${folder} (${folder.length} characters)`,
      limit: `${Math.max(folder.length - excess, 0)} characters: the role ${role} has at most ${IAM_ROLE.max} (${IAM_ROLE.source})`,
      fix: "give the folder a shorter name, or the deployment",
    },
  ];
}
