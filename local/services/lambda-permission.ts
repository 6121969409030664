import { like } from "./iam-policy";

/** A statement of a function's resource policy, as AddPermission takes it. */
export interface Permission {
  readonly FunctionName: string;
  readonly StatementId: string;
  readonly Action: string;
  readonly Principal: string;
  readonly SourceArn?: string;
  readonly SourceAccount?: string;
}

/** Whether the statement lets a service invoke the function on behalf of a resource. */
export function allowsInvoke(permission: Permission, servicePrincipal: string, sourceArn: string): boolean {
  const { Action, Principal, SourceArn = "*", SourceAccount } = permission;
  return (
    like(Action, "lambda:InvokeFunction") &&
    Principal === servicePrincipal &&
    like(SourceArn, sourceArn) &&
    (SourceAccount === undefined || sourceArn.split(":")[4] === SourceAccount)
  );
}

/** The statement in IAM's policy language. */
export function statementOf({ StatementId, Action, Principal, SourceArn, SourceAccount }: Permission, arn: string) {
  const condition = {
    ...(SourceAccount && { StringEquals: { "AWS:SourceAccount": SourceAccount } }),
    ...(SourceArn && { ArnLike: { "AWS:SourceArn": SourceArn } }),
  };
  const isService = Principal.endsWith(".amazonaws.com");
  return {
    Sid: StatementId,
    Effect: "Allow",
    Principal: isService ? { Service: Principal } : { AWS: Principal },
    Action,
    Resource: arn,
    ...(Object.keys(condition).length > 0 && { Condition: condition }),
  };
}
