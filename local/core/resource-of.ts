/** Members by which requests say what they are about, the most telling first. */
const RESOURCE_MEMBERS = [
  "policyId",
  "policyEngineId",
  "targetId",
  "gatewayIdentifier",
  "resourceArn",
  "name",
  "Name",
  "FunctionName",
  "RoleName",
  "UserPoolId",
  "PoolName",
  "logGroupName",
];

/** What a request is about, for the event log: a name or an id, never a value. */
export function resourceOf(input: object): string | undefined {
  const given = input as Record<string, unknown>;
  const value = RESOURCE_MEMBERS.map((member) => given[member]).find((one) => typeof one === "string");
  return value as string | undefined;
}
