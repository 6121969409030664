import type { DetailedError, PolicyJson } from "@cedar-policy/cedar-wasm/nodejs";
import { suggest, type Problem } from "../reporting/problem";
import { arithmeticOf } from "./arithmetic";
import { GATEWAY_ARN_PLACEHOLDER } from "./placeholder";
import { policyName } from "./policy-name";
import { placeOf, type Statement } from "./policy-set";
import { schemaFor, type AgentCoreSchema } from "./schema";
import { actionsOf, gatewayOf, groupsOf, openEnded, parseStatement, unknownActions } from "./scope";
import { permittingWithoutClaims, tagsOf, type TokenClaims } from "./tags";
import { isFutureTool, type ToolTarget } from "./tools";
import { STATEMENT_LENGTH, isUnguardedTag, judgeAll, type Judgement } from "./validate";

/** Characters of a policy's name, unique in an account. Source: PolicyName in AgentCore's API. */
export const POLICY_NAME_LENGTH = 48;

/** Room in a policy's name for `_g99`, which is appended where a name is taken. */
const GENERATION_LENGTH = 4;

/** The longest gateway ARN: partition, region, account, a name of 100 characters, and an id of 10. */
const GATEWAY_ARN_LENGTH =
  `arn:aws-us-gov:bedrock-agentcore:ap-southeast-99:111122223333:gateway/`.length + 100 + 1 + 10;

/** Comments with which a file says that what is found in it is meant, and why: `// <word>: <why>`, on a line of their own. */
const FUTURE_TOOLS = "permits-future-tools";
const NO_CLAIMS = "permits-callers-without-claims";
const OTHER_CLAIMS = "reads-other-claims";

const acknowledges = (text: string, word: string) =>
  new RegExp(String.raw`^\s*//\s*${word}:[^\S\r\n]*\S`, "m").test(text);

export interface CheckOptions {
  readonly policyNamePrefix: string;
  /** The claims that callers' tokens can carry. */
  readonly claims: TokenClaims;
}

/**
 * Everything that is wrong with a policy set beside these targets, all at once: what AgentCore would refuse
 * or silently never apply, and what it would take although it opens more than it seems to. An empty set is
 * no problem: it denies everything.
 */
export function checkPolicySet(
  statements: readonly Statement[],
  targets: readonly ToolTarget[],
  options: CheckOptions,
): Problem[] {
  const parsed = statements.flatMap((statement) => {
    const policy = parseStatement(statement.text);
    return policy ? [{ statement, policy }] : [];
  });
  const schema = schemaFor(targets);
  const ofConditions = conditionProblems(parsed, targets, options.claims);
  const ofStatements = new Map(
    parsed.map((one) => [one.statement, statementProblems(one, schema, ofConditions.get(one.statement) ?? [])]),
  );
  return [
    ...statements.flatMap((one) => [
      ...nameProblems(one, options.policyNamePrefix),
      ...lengthProblems(one),
      ...(ofStatements.get(one) ?? []),
    ]),
    ...twins(statements),
  ];
}

/** A statement as Cedar reads it. */
interface Parsed {
  readonly statement: Statement;
  readonly policy: PolicyJson;
}

function statementProblems(
  { statement, policy }: Parsed,
  schema: AgentCoreSchema,
  ofConditions: readonly Problem[],
): Problem[] {
  const scope = [...actionProblems(statement, policy, schema), ...resourceProblems(statement, policy)];
  return [
    ...scope,
    ...acknowledgementProblems(statement, policy, schema),
    ...overflowProblems(statement, policy),
    // Types are judged against the tools of the scope: with a wrong scope they would only confuse.
    ...(scope.length === 0 ? ofConditions : []),
  ];
}

function nameProblems({ file, stem }: Statement, prefix: string): Problem[] {
  if (!/^[A-Za-z0-9_]+$/.test(stem)) {
    const fix = `rename it to ${stem.replace(/[^A-Za-z0-9_]/g, "_")}.cedar`;
    return [
      {
        where: file,
        what: "the file's name becomes a policy's name",
        value: stem,
        limit: "letters, digits and _",
        fix,
      },
    ];
  }
  const longest = policyName(prefix, stem, "").length + GENERATION_LENGTH;
  if (longest <= POLICY_NAME_LENGTH) return [];
  const room = stem.length - (longest - POLICY_NAME_LENGTH);
  return [
    {
      where: file,
      what: `the policy's name ${prefix}_${stem}_<hash> would be too long`,
      value: `${stem} (${stem.length} characters)`,
      limit: `${Math.max(room, 0)} characters for the file's name: a policy's name has at most ${POLICY_NAME_LENGTH}`,
      fix: "give the file a shorter name, or the deployment",
    },
  ];
}

function lengthProblems({ file, text }: Statement): Problem[] {
  const { min, max } = STATEMENT_LENGTH;
  const length = text.replaceAll(GATEWAY_ARN_PLACEHOLDER, "x".repeat(GATEWAY_ARN_LENGTH)).length;
  if (length >= min && length <= max) return [];
  const limit = `${min} to ${max} characters, with comments, and with a gateway ARN of ${GATEWAY_ARN_LENGTH}`;
  return [
    {
      where: file,
      what: "the statement's length is outside AWS's limits",
      value: String(length),
      limit,
      fix: "split it into several files",
    },
  ];
}

function actionProblems({ file, text }: Statement, policy: PolicyJson, schema: AgentCoreSchema): Problem[] {
  const tools = [...schema.inputs.keys()];
  const groups = groupsOf(schema);
  const unknown = unknownActions(policy, schema).map((action) => {
    const meant = suggest(action, [...tools, ...groups]);
    return {
      where: `${file}:${lineWith(text, action)}`,
      what: "no target has this tool: the statement would never apply, and AWS would say nothing",
      value: action,
      limit: tools.length > 0 ? `tools: ${tools.join(", ")}` : "there are no tools below lambdas/tools",
      fix: meant ? `did you mean ${meant}?` : "an action is <target>___<tool>, with three underscores, case-sensitive",
    };
  });
  const notTools = policy.action.op === "==" ? actionsOf(policy).filter((action) => groups.includes(action)) : [];
  const groupAsTool = notTools.map((action) => ({
    where: `${file}:${lineWith(text, action)}`,
    what: "the action is a group of tools, and no call equals a group: the statement would never apply",
    value: action,
    fix: `write action in AgentCore::Action::"${action}", or name a tool`,
  }));
  return [...unknown, ...groupAsTool];
}

function resourceProblems({ file, text }: Statement, policy: PolicyJson): Problem[] {
  const gateway = gatewayOf(policy);
  if (gateway === GATEWAY_ARN_PLACEHOLDER) return [];
  return [
    {
      where: `${file}:${gateway === undefined ? 1 : lineWith(text, gateway)}`,
      what: gateway === undefined ? "the statement names no gateway" : "the statement names a fixed gateway",
      value: gateway ?? `resource ${policy.resource.op}`,
      limit: "AWS refuses a wildcard resource, and a fixed ARN is another deployment's",
      fix: `write resource == AgentCore::Gateway::"${GATEWAY_ARN_PLACEHOLDER}"`,
    },
  ];
}

function acknowledgementProblems({ file, text }: Statement, policy: PolicyJson, schema: AgentCoreSchema): Problem[] {
  const covered = policy.effect === "permit" ? openEnded(policy, schema) : [];
  if (covered.length === 0 || acknowledges(text, FUTURE_TOOLS)) return [];
  return [
    {
      where: `${file}:1`,
      what: "the permit also covers every tool that is added later, from the moment it exists",
      value: covered.join(", "),
      fix: `name the tools one by one, or say in the file that it is meant: // ${FUTURE_TOOLS}: <why>`,
    },
  ];
}

/** Tags have no types: a misspelt one is simply never there. */
function tagProblems({ file, text, effect }: Statement, policy: PolicyJson, claims: TokenClaims): Problem[] {
  if (acknowledges(text, OTHER_CLAIMS)) return [];
  const known = [...claims.ofUser, ...claims.ofIssuer];
  const unknown = tagsOf(policy).filter((tag) => !known.includes(tag));
  return unknown.map((tag) => {
    const meant = suggest(tag, known);
    return {
      where: `${file}:${lineWith(text, JSON.stringify(tag))}`,
      what: `no token has this claim: the ${effect} would not do what it seems to, and AWS would say nothing`,
      value: tag,
      limit: `claims of the user: ${claims.ofUser.join(", ")}; of every token: ${claims.ofIssuer.join(", ")}`,
      fix: meant
        ? `did you mean ${meant}?`
        : `ask for one of these, or say in the file that it is meant: // ${OTHER_CLAIMS}: <why>`,
    };
  });
}

/** Types do not tell that a sum overflows. A caller who may choose the numbers would choose when the forbid applies. */
function overflowProblems({ file, effect }: Statement, policy: PolicyJson): Problem[] {
  const operators = effect === "forbid" ? arithmeticOf(policy) : [];
  if (operators.length === 0) return [];
  return [
    {
      where: file,
      what: "the forbid calculates: where the result overflows 64 bits, it does not forbid",
      value: operators.join(" "),
      limit: FAILING_CONDITION,
      fix: "compare the input itself with a number, or let the permits calculate: there an overflow denies",
    },
  ];
}

const FAILING_CONDITION = "a condition that fails at run time makes a permit useless and a forbid an open door";

/** Whom a permit lets in is judged where types and tags are right: of a condition with a mistake nothing can be proven. */
function conditionProblems(
  parsed: readonly Parsed[],
  targets: readonly ToolTarget[],
  claims: TokenClaims,
): Map<Statement, Problem[]> {
  const judgements = judgeAll(
    parsed.map(({ statement }) => statement.text),
    targets,
  );
  const found = parsed.map(({ statement, policy }, index) => [
    ...typeProblems(statement, judgements[index]),
    ...tagProblems(statement, policy, claims),
  ]);
  const rest = parsed.filter(
    ({ statement }, index) => !found[index]?.length && !acknowledges(statement.text, NO_CLAIMS),
  );
  const open = new Set(
    permittingWithoutClaims(
      rest.map(({ policy }) => policy),
      claims,
      targets,
    ),
  );
  return new Map(
    parsed.map(({ statement, policy }, index) => [
      statement,
      open.has(policy) ? [claimProblem(statement)] : (found[index] ?? []),
    ]),
  );
}

const claimProblem = ({ file }: Statement): Problem => ({
  where: file,
  what: "the permit may let in a caller whose token says nothing of the user: nobody in the directory, or no user at all",
  limit: "a permit asks for a claim; one that only excludes a value also matches where there is no value",
  fix:
    'ask for what is allowed, e.g. principal.hasTag("role") && principal.getTag("role") == "…", or at least ' +
    `for principal.hasTag("role") && before what is excluded; or say in the file that it is meant: // ${NO_CLAIMS}: <why>`,
});

function typeProblems({ file, text, effect }: Statement, judgement: Judgement | undefined): Problem[] {
  const { errors = [], warnings = [] } = judgement ?? {};
  const place = (error: DetailedError) => `${file}:${placeOf(text, error)}`;
  const unsafe = errors.map((found) => ({
    where: place(found.error),
    what: messageOf(found.error),
    limit: FAILING_CONDITION,
    fix: isUnguardedTag(found)
      ? 'test for the tag first: principal.hasTag("x") && principal.getTag("x") == …'
      : (found.error.help ?? "compare with the tool's input schema, and test with has for what not every tool has"),
  }));
  if (unsafe.length > 0) return distinct(unsafe);
  return warnings.map(({ error }) => ({
    where: place(error),
    what: messageOf(error),
    limit: `the ${effect} would not do what it seems to`,
    fix: error.help ?? "mend the scope or the condition, or delete the file",
  }));
}

/** Cedar's message in the words of the project: one file is one policy, and nobody knows tools to come by name. */
const messageOf = ({ message }: DetailedError) =>
  message
    .replace(/^for policy `[^`]*`, /, "")
    .replace(/AgentCore::Action::"[^"]*"/g, (action) => (isFutureTool(action.slice(0, -1)) ? LATER : action));

const LATER = "tools that are added later";

const distinct = (problems: readonly Problem[]): Problem[] => [
  ...new Map(problems.map((problem) => [`${problem.where} ${problem.what}`, problem])).values(),
];

/** Statements that mean the same, whatever their comments and layout. */
function twins(statements: readonly Statement[]): Problem[] {
  const meanings = statements.map(({ text }) => JSON.stringify(parseStatement(text)));
  return statements.flatMap(({ file }, index) => {
    const first = statements[meanings.indexOf(meanings[index] ?? "")];
    return first && first.file !== file
      ? [{ where: file, what: `says the same as ${first.file}`, fix: "delete one of the two" }]
      : [];
  });
}

/** The first line that holds a text, from 1. */
const lineWith = (text: string, part: string) =>
  Math.max(1, text.split("\n").findIndex((line) => line.includes(part)) + 1);
