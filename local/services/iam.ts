import { AwsError } from "../core/errors";
import { randomText } from "../core/identifiers";
import type { Environment, Service } from "../core/service";
import { evaluate, parseDocument, trustsAccount, trustsService, type PolicyDocument } from "./iam-policy";
import { removeTags, setTags } from "./iam-tags";
import { toTagList, type Tag } from "./tags";

/** What the services ask of IAM. An answer lags a change by the propagation time. */
export interface IamPolicies {
  exists(roleArn: string): boolean;
  /** Whether the role's policies allow the action: explicit Deny first, nothing by default. */
  allows(roleArn: string, action: string, resourceArn: string): boolean;
  /** Whether the role may be assumed by a service, e.g. `lambda.amazonaws.com`. */
  trusts(roleArn: string, servicePrincipal: string): boolean;
  /** Whether the role's trust policy as it was written names the service, wherever it has spread to. */
  declaresTrust(roleArn: string, servicePrincipal: string): boolean;
  /** Whether somebody in the offline account may assume the role. */
  trustsAccount(roleArn: string): boolean;
}

interface Role {
  readonly RoleName: string;
  readonly Path: string;
  readonly Arn: string;
  readonly RoleId: string;
  readonly CreateDate: Date;
  AssumeRolePolicyDocument: string;
  Description?: string;
  MaxSessionDuration: number;
  readonly tags: Map<string, string>;
  readonly policies: Map<string, string>;
}

/** What of a role holds everywhere already. */
interface Spread {
  readonly trust: PolicyDocument;
  readonly policies: readonly PolicyDocument[];
}

interface RoleInput {
  readonly RoleName: string;
  readonly Path?: string;
  readonly AssumeRolePolicyDocument?: string;
  readonly PolicyDocument?: string;
  readonly Description?: string;
  readonly MaxSessionDuration?: number;
  readonly Tags?: Tag[];
}

interface PolicyKey {
  readonly RoleName: string;
  readonly PolicyName: string;
}

interface PolicyInput extends PolicyKey {
  readonly PolicyDocument: string;
}

/** Characters of a role's inline policies together. Source: IAM user guide, "IAM and AWS STS quotas". */
const INLINE_CHARACTERS = 10_240;

/** Roles with inline policies: what the stacks use of IAM. */
export class Iam implements Service, IamPolicies {
  private readonly roles = new Map<string, Role>();
  private readonly spread = new Map<string, Spread>();

  constructor(private readonly environment: Environment) {}

  readonly operations = {
    CreateRole: (input: RoleInput) => this.createRole(input),
    GetRole: ({ RoleName }: RoleInput) => ({ Role: answer(this.find(RoleName)) }),
    UpdateRole: ({ RoleName, Description, MaxSessionDuration }: RoleInput) => {
      const role = this.find(RoleName);
      Object.assign(role, { Description: Description || undefined, MaxSessionDuration: MaxSessionDuration ?? 3_600 });
      return {};
    },
    UpdateAssumeRolePolicy: ({ RoleName, PolicyDocument = "" }: RoleInput) => {
      parseDocument(PolicyDocument);
      return this.change(this.find(RoleName), (role) => (role.AssumeRolePolicyDocument = PolicyDocument));
    },
    DeleteRole: ({ RoleName }: RoleInput) => {
      const role = this.find(RoleName);
      if (role.policies.size > 0)
        throw new AwsError("DeleteConflict", "Cannot delete entity, must delete policies first.", 409);
      this.roles.delete(RoleName);
      this.later(() => this.spread.delete(role.Arn));
      this.environment.events.record({ kind: "change", type: "role", id: role.Arn, state: "deleted" });
      return {};
    },
    PutRolePolicy: ({ RoleName, PolicyName, PolicyDocument }: PolicyInput) => {
      parseDocument(PolicyDocument);
      const role = this.find(RoleName);
      const others = [...role.policies].filter(([name]) => name !== PolicyName).map(([, text]) => text);
      if ([...others, PolicyDocument].join("").replace(/\s/g, "").length > INLINE_CHARACTERS) {
        throw new AwsError(
          "LimitExceeded",
          `Maximum policy size of ${INLINE_CHARACTERS} bytes exceeded for role ${RoleName}`,
          409,
        );
      }
      return this.change(role, ({ policies }) => policies.set(PolicyName, PolicyDocument));
    },
    GetRolePolicy: ({ RoleName, PolicyName }: PolicyKey) => {
      const PolicyDocument = this.find(RoleName).policies.get(PolicyName);
      if (PolicyDocument === undefined) throw noSuchEntity(`The role policy with name ${PolicyName} cannot be found.`);
      return { RoleName, PolicyName, PolicyDocument: encodeURIComponent(PolicyDocument) };
    },
    DeleteRolePolicy: ({ RoleName, PolicyName }: PolicyKey) => {
      const role = this.find(RoleName);
      if (!role.policies.has(PolicyName))
        throw noSuchEntity(`The role policy with name ${PolicyName} cannot be found.`);
      return this.change(role, ({ policies }) => policies.delete(PolicyName));
    },
    ListRolePolicies: ({ RoleName }: RoleInput) => ({
      PolicyNames: [...this.find(RoleName).policies.keys()],
      IsTruncated: false,
    }),
    ListAttachedRolePolicies: ({ RoleName }: RoleInput) => (
      this.find(RoleName),
      { AttachedPolicies: [], IsTruncated: false }
    ),
    ListInstanceProfilesForRole: ({ RoleName }: RoleInput) => (
      this.find(RoleName),
      { InstanceProfiles: [], IsTruncated: false }
    ),
    TagRole: ({ RoleName, Tags = [] }: RoleInput) => {
      setTags(this.find(RoleName).tags, Tags);
      return {};
    },
    UntagRole: ({ RoleName, TagKeys }: { RoleName: string; TagKeys: string[] }) => {
      removeTags(this.find(RoleName).tags, TagKeys);
      return {};
    },
  };

  exists(roleArn: string): boolean {
    return [...this.roles.values()].some(({ Arn }) => Arn === roleArn);
  }

  allows(roleArn: string, action: string, resourceArn: string): boolean {
    const documents = this.spread.get(roleArn)?.policies ?? [];
    return evaluate(documents, action, resourceArn);
  }

  trusts(roleArn: string, servicePrincipal: string): boolean {
    const trust = this.spread.get(roleArn)?.trust;
    return trust !== undefined && trustsService(trust, servicePrincipal);
  }

  declaresTrust(roleArn: string, servicePrincipal: string): boolean {
    const role = [...this.roles.values()].find(({ Arn }) => Arn === roleArn);
    return role !== undefined && trustsService(parseDocument(role.AssumeRolePolicyDocument), servicePrincipal);
  }

  trustsAccount(roleArn: string): boolean {
    const trust = this.spread.get(roleArn)?.trust;
    return trust !== undefined && trustsAccount(trust, this.environment.accountId);
  }

  private createRole(input: RoleInput) {
    const { RoleName, Path = "/", AssumeRolePolicyDocument = "", Tags = [] } = input;
    if (!/^[\w+=,.@-]{1,64}$/.test(RoleName))
      throw new AwsError("ValidationError", "roleName must be 1 to 64 characters of [\\w+=,.@-]");
    parseDocument(AssumeRolePolicyDocument);
    if (this.roles.has(RoleName))
      throw new AwsError("EntityAlreadyExists", `Role with name ${RoleName} already exists.`, 409);
    const tags = new Map<string, string>();
    setTags(tags, Tags);
    const { partition, accountId } = this.environment;
    const role: Role = {
      RoleName,
      Path,
      Arn: `arn:${partition}:iam::${accountId}:role${Path}${RoleName}`,
      RoleId: `AROA${randomText(17).toUpperCase()}`,
      CreateDate: new Date(),
      AssumeRolePolicyDocument,
      Description: input.Description,
      MaxSessionDuration: input.MaxSessionDuration ?? 3_600,
      tags,
      policies: new Map(),
    };
    this.roles.set(RoleName, role);
    this.change(role, () => undefined);
    return { Role: answer(role) };
  }

  /** Changes a role; what follows from it holds everywhere only after the propagation time. */
  private change(role: Role, mutate: (role: Role) => unknown): object {
    mutate(role);
    const next: Spread = {
      trust: parseDocument(role.AssumeRolePolicyDocument),
      policies: [...role.policies.values()].map(parseDocument),
    };
    this.later(() => this.spread.set(role.Arn, next));
    this.environment.events.record({
      kind: "change",
      type: "role",
      id: role.Arn,
      state: { policies: [...role.policies.keys()] },
    });
    return {};
  }

  private later(effect: () => void): void {
    const { iamPropagation } = this.environment.latency;
    if (iamPropagation === 0) effect();
    else setTimeout(effect, iamPropagation).unref();
  }

  private find(name: string): Role {
    const role = this.roles.get(name);
    if (!role) throw noSuchEntity(`The role with name ${name} cannot be found.`);
    return role;
  }
}

const noSuchEntity = (message: string) => new AwsError("NoSuchEntity", message, 404);

const answer = ({ tags, policies: _, AssumeRolePolicyDocument, ...role }: Role) => ({
  ...role,
  AssumeRolePolicyDocument: encodeURIComponent(AssumeRolePolicyDocument),
  Tags: toTagList(tags),
});
