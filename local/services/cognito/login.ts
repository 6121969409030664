import { randomUUID } from "node:crypto";
import { AwsError } from "../../core/errors";
import type { Environment } from "../../core/service";
import { invalidParameter, missing, type Branding, type Domain, type Pools } from "./pool";

/** Words that a domain prefix may not contain. Source: Cognito developer guide, "Using a prefix domain". */
const RESERVED = ["aws", "amazon", "cognito"];

type BrandingInput = Partial<Branding> & { readonly UserPoolId: string };

/** CreateUserPoolDomain, CreateManagedLoginBranding and their kin. */
export const loginOperations = (pools: Pools, environment: Environment) => ({
  CreateUserPoolDomain: ({ Domain, UserPoolId, ManagedLoginVersion = 1 }: Domain) => {
    pools.find(UserPoolId);
    if (!/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(Domain))
      throw invalidParameter("domain must be 1 to 63 lower-case letters, digits and hyphens");
    if (RESERVED.some((word) => Domain.includes(word)))
      throw invalidParameter("Domain cannot contain reserved word: cognito, aws or amazon.");
    if (pools.domains.has(Domain)) throw invalidParameter("Domain already associated with another user pool.");
    if (pools.domainOf(UserPoolId)) throw invalidParameter("User pool already has a domain configured.");
    pools.domains.set(Domain, { Domain, UserPoolId, ManagedLoginVersion });
    environment.events.record({ kind: "change", type: "user-pool-domain", id: Domain, state: { ManagedLoginVersion } });
    return { ManagedLoginVersion };
  },
  DescribeUserPoolDomain: ({ Domain }: Domain) => {
    const domain = pools.domains.get(Domain);
    // An unknown domain is answered with an empty description.
    if (!domain) return { DomainDescription: {} };
    const cloudFront = {
      CloudFrontDistribution: "d111111abcdef8.cloudfront.net",
      S3Bucket: "cognito-managed-login",
      Version: "1",
    };
    return { DomainDescription: { ...domain, ...cloudFront, AWSAccountId: environment.accountId, Status: "ACTIVE" } };
  },
  UpdateUserPoolDomain: ({ Domain, UserPoolId, ManagedLoginVersion = 1 }: Domain) => {
    checkOwner(pools, Domain, UserPoolId);
    pools.domains.set(Domain, { Domain, UserPoolId, ManagedLoginVersion });
    return { ManagedLoginVersion };
  },
  DeleteUserPoolDomain: ({ Domain, UserPoolId }: Domain) => {
    checkOwner(pools, Domain, UserPoolId);
    pools.domains.delete(Domain);
    environment.events.record({ kind: "change", type: "user-pool-domain", id: Domain, state: "deleted" });
    return {};
  },

  CreateManagedLoginBranding: (input: BrandingInput) => {
    const { UserPoolId, ClientId = "", UseCognitoProvidedValues = false, Settings } = input;
    const { brandings } = pools.find(UserPoolId);
    pools.client(UserPoolId, ClientId);
    // Branding that comes before the domain fails at AWS with an internal error.
    if (pools.domainOf(UserPoolId)?.ManagedLoginVersion !== 2) {
      throw new AwsError("InternalErrorException", "Internal error from downstream service", 500);
    }
    if ([...brandings.values()].some((branding) => branding.ClientId === ClientId)) {
      throw new AwsError(
        "ManagedLoginBrandingExistsException",
        "Managed login branding already exists for this client.",
      );
    }
    const branding: Branding = {
      ManagedLoginBrandingId: randomUUID(),
      UserPoolId,
      ClientId,
      UseCognitoProvidedValues,
      Settings,
      CreationDate: new Date(),
    };
    brandings.set(branding.ManagedLoginBrandingId, branding);
    environment.events.record({
      kind: "change",
      type: "managed-login-branding",
      id: branding.ManagedLoginBrandingId,
      state: {},
    });
    return { ManagedLoginBranding: answer(branding) };
  },
  DescribeManagedLoginBranding: (input: BrandingInput) => ({ ManagedLoginBranding: answer(find(pools, input)) }),
  DescribeManagedLoginBrandingByClient: ({ UserPoolId, ClientId }: BrandingInput) => {
    const found = [...pools.find(UserPoolId).brandings.values()].find((branding) => branding.ClientId === ClientId);
    if (!found) throw missing("Managed login branding does not exist.");
    return { ManagedLoginBranding: answer(found) };
  },
  UpdateManagedLoginBranding: (input: BrandingInput) => {
    const before = find(pools, input);
    const { UseCognitoProvidedValues = false, Settings } = input;
    const branding = { ...before, UseCognitoProvidedValues, Settings };
    pools.find(input.UserPoolId).brandings.set(before.ManagedLoginBrandingId, branding);
    return { ManagedLoginBranding: answer(branding) };
  },
  DeleteManagedLoginBranding: (input: BrandingInput) => {
    const { ManagedLoginBrandingId } = find(pools, input);
    pools.find(input.UserPoolId).brandings.delete(ManagedLoginBrandingId);
    environment.events.record({
      kind: "change",
      type: "managed-login-branding",
      id: ManagedLoginBrandingId,
      state: "deleted",
    });
    return {};
  },
});

function checkOwner(pools: Pools, domain: string, poolId: string): void {
  if (pools.domains.get(domain)?.UserPoolId !== poolId) throw invalidParameter("No such domain or user pool exists.");
}

function find(pools: Pools, { UserPoolId, ManagedLoginBrandingId = "" }: BrandingInput): Branding {
  const branding = pools.find(UserPoolId).brandings.get(ManagedLoginBrandingId);
  if (!branding) throw missing("Managed login branding does not exist.");
  return branding;
}

/** A branding does not say whose it is. */
const answer = ({ ClientId: _, ...branding }: Branding) => branding;
