import type { Route } from "../agentcore/routes";

const FUNCTIONS = "/2015-03-31/functions";
const ONE = `${FUNCTIONS}/{FunctionName}`;
const TAGS = "/2017-03-31/tags/{Resource}";

/** Functions and their permissions; calling one over HTTP is not offered. Source: the lambda API model, `http` traits. */
export const lambdaRoutes: readonly Route[] = [
  { operation: "CreateFunction", method: "POST", path: FUNCTIONS, status: 201, query: {} },
  { operation: "GetFunction", method: "GET", path: ONE, status: 200, query: {} },
  { operation: "DeleteFunction", method: "DELETE", path: ONE, status: 204, query: {} },
  { operation: "GetFunctionConfiguration", method: "GET", path: `${ONE}/configuration`, status: 200, query: {} },
  { operation: "UpdateFunctionConfiguration", method: "PUT", path: `${ONE}/configuration`, status: 200, query: {} },
  { operation: "UpdateFunctionCode", method: "PUT", path: `${ONE}/code`, status: 200, query: {} },
  { operation: "ListVersionsByFunction", method: "GET", path: `${ONE}/versions`, status: 200, query: {} },
  { operation: "AddPermission", method: "POST", path: `${ONE}/policy`, status: 201, query: {} },
  { operation: "GetPolicy", method: "GET", path: `${ONE}/policy`, status: 200, query: {} },
  { operation: "RemovePermission", method: "DELETE", path: `${ONE}/policy/{StatementId}`, status: 204, query: {} },
  { operation: "ListTags", method: "GET", path: TAGS, status: 200, query: {} },
  { operation: "TagResource", method: "POST", path: TAGS, status: 204, query: {} },
];
