/** Names that hold a secret or a token. Page tokens and idempotency tokens are neither. */
const SECRET =
  /(?:secret|password|passphrase|jwt|bearer|credentials?|authorization|privateKey)$|^(?!(?:next|client|page|idempotency)Token$).*token$/i;

const LOGGERS = /^(?:console|log|logger)$/;

/**
 * ESLint rule: a value whose name says that it is a secret or a token must not be an argument of a logger,
 * of standard output or error, or of an error's constructor. Names are all that a linter sees, so name them
 * so. What is only measured or tested (`secret.length`, `typeof token`, `token ? …`) is no output.
 */
export const noSecretsInOutput = {
  meta: {
    type: "problem",
    docs: { description: "keep secrets and tokens out of logs, output and error texts" },
    messages: { secret: "`{{name}}` is a secret or a token by its name: it must not reach {{sink}}." },
    schema: [],
  },
  create(context) {
    const check = (node, sink) => {
      if (sink === undefined) return;
      for (const argument of node.arguments) {
        for (const name of secretsIn(argument))
          context.report({ node: argument, messageId: "secret", data: { name, sink } });
      }
    };
    return {
      CallExpression: (node) => check(node, sinkOf(node.callee)),
      NewExpression: (node) => check(node, errorOf(node.callee)),
    };
  },
};

function sinkOf(callee) {
  if (callee.type === "Super") return "an error text";
  if (callee.type !== "MemberExpression") return undefined;
  const object = rootName(callee.object);
  if (LOGGERS.test(object)) return "a log";
  const isStream = object === "process" || /^std(?:out|err)$/.test(object);
  return isStream && callee.property.name === "write" ? "the output" : undefined;
}

const errorOf = (callee) => (callee.type === "Identifier" && /Error$/.test(callee.name) ? "an error text" : undefined);

function rootName(node) {
  if (node.type === "Identifier") return node.name;
  if (node.type === "MemberExpression") {
    return LOGGERS.test(node.property.name) ? node.property.name : rootName(node.object);
  }
  return "";
}

/** Names of secrets whose value the expression passes on. */
function secretsIn(node) {
  switch (node?.type) {
    case "Identifier":
      return SECRET.test(node.name) ? [node.name] : [];
    case "MemberExpression":
      return !node.computed && SECRET.test(node.property.name) ? [node.property.name] : [];
    case "TemplateLiteral":
      return node.expressions.flatMap(secretsIn);
    case "BinaryExpression":
      return node.operator === "+" ? [node.left, node.right].flatMap(secretsIn) : [];
    case "LogicalExpression":
      return [node.left, node.right].flatMap(secretsIn);
    case "ConditionalExpression":
      return [node.consequent, node.alternate].flatMap(secretsIn);
    case "ObjectExpression":
      return node.properties.flatMap((property) => secretsIn(property.value ?? property.argument));
    case "ArrayExpression":
      return node.elements.flatMap(secretsIn);
    case "CallExpression":
      return node.arguments.flatMap(secretsIn);
    case "AwaitExpression":
    case "SpreadElement":
    case "TSAsExpression":
    case "TSNonNullExpression":
      return secretsIn(node.argument ?? node.expression);
    default:
      return [];
  }
}
