/** How one operation travels over HTTP. Members that are neither in the path nor in the query are the JSON body. */
export interface Route {
  readonly operation: string;
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Labels in braces are members, percent-encoded in the URL. */
  readonly path: string;
  /** Status of a successful answer. */
  readonly status: 200 | 201 | 202 | 204;
  /** Members in the query string, and what their text stands for; a list repeats its name. */
  readonly query: Readonly<Record<string, "string" | "integer" | "list">>;
}

const ENGINE = "/policy-engines/{policyEngineId}";
const POLICY = `${ENGINE}/policies/{policyId}`;
const GATEWAY = "/gateways/{gatewayIdentifier}/";
const TARGET = `${GATEWAY}targets/{targetId}/`;
const PAGE = { nextToken: "string", maxResults: "integer" } as const;

/** Source: the `http` trait of each operation in the bedrock-agentcore-control API model. */
export const agentCoreRoutes: readonly Route[] = [
  route("CreateGateway", "POST /gateways/", 202),
  route("ListGateways", "GET /gateways/", 200, PAGE),
  route("GetGateway", `GET ${GATEWAY}`, 200),
  route("UpdateGateway", `PUT ${GATEWAY}`, 202),
  route("DeleteGateway", `DELETE ${GATEWAY}`, 202),
  route("CreateGatewayTarget", `POST ${GATEWAY}targets/`, 202),
  route("ListGatewayTargets", `GET ${GATEWAY}targets/`, 200, PAGE),
  route("GetGatewayTarget", `GET ${TARGET}`, 200),
  route("UpdateGatewayTarget", `PUT ${TARGET}`, 202),
  route("DeleteGatewayTarget", `DELETE ${TARGET}`, 202),
  route("CreatePolicyEngine", "POST /policy-engines", 202),
  route("ListPolicyEngines", "GET /policy-engines", 200, PAGE),
  route("GetPolicyEngine", `GET ${ENGINE}`, 200),
  route("UpdatePolicyEngine", `PATCH ${ENGINE}`, 202),
  route("DeletePolicyEngine", `DELETE ${ENGINE}`, 202),
  route("CreatePolicy", `POST ${ENGINE}/policies`, 202),
  route("ListPolicies", `GET ${ENGINE}/policies`, 200, { ...PAGE, targetResourceScope: "string" }),
  route("GetPolicy", `GET ${POLICY}`, 200),
  route("UpdatePolicy", `PATCH ${POLICY}`, 202),
  route("DeletePolicy", `DELETE ${POLICY}`, 202),
  route("TagResource", "POST /tags/{resourceArn}", 204),
  route("UntagResource", "DELETE /tags/{resourceArn}", 204, { tagKeys: "list" }),
  route("ListTagsForResource", "GET /tags/{resourceArn}", 200),
  route("CreateOauth2CredentialProvider", "POST /identities/CreateOauth2CredentialProvider", 201),
  route("GetOauth2CredentialProvider", "POST /identities/GetOauth2CredentialProvider", 200),
  route("ListOauth2CredentialProviders", "POST /identities/ListOauth2CredentialProviders", 200),
  route("UpdateOauth2CredentialProvider", "POST /identities/UpdateOauth2CredentialProvider", 200),
  route("DeleteOauth2CredentialProvider", "POST /identities/DeleteOauth2CredentialProvider", 204),
];

function route(operation: string, request: string, status: Route["status"], query: Route["query"] = {}): Route {
  const [method, path] = request.split(" ") as [Route["method"], string];
  return { operation, method, path, status, query };
}
