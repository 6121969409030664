import { notFound } from "../../core/errors";
import { type Attributes, text } from "../value";
import { converted, type Fields, fromApi, toApi } from "./fields";
import { type Context, importBy, importByParts, type Resource } from "./resource";
import { unlessGone, waitForStatus, waitUntilGone } from "./wait";

const domainFields: Fields = {
  certificate_arn: "CustomDomainConfig.CertificateArn",
  domain: "Domain",
  managed_login_version: "ManagedLoginVersion",
  user_pool_id: "UserPoolId",
};

/** CloudFront's own hosted zone, the same for every distribution. Source: Route 53 API reference, AliasTarget. */
const CLOUDFRONT_ZONE_ID = "Z2FDTNDATAQYW2";

interface DomainDescription {
  readonly Status?: string;
}

async function describeDomain({ call }: Context, state: Attributes): Promise<Required<DomainDescription>> {
  const input = { Domain: text(state["domain"]) };
  const { DomainDescription } = await call<{ DomainDescription?: DomainDescription }>(
    "cognito-idp",
    "DescribeUserPoolDomain",
    input,
  );
  const Status = DomainDescription?.Status;
  // AWS answers an unknown domain with an empty description.
  if (Status === undefined) throw notFound(`domain ${input.Domain ?? ""} does not exist`);
  return { ...DomainDescription, Status };
}

const domainKey = (state: Attributes) => ({ Domain: text(state["domain"]), UserPoolId: text(state["user_pool_id"]) });

export const cognitoUserPoolDomain: Resource = {
  label: "Cognito User Pool Domain",
  fields: domainFields,
  identify: (state) => text(state["domain"]) ?? "",
  importId: importBy("id", "domain"),

  create: async ({ call }, desired) => {
    await call("cognito-idp", "CreateUserPoolDomain", toApi(domainFields, desired));
    return { id: desired["domain"] ?? null };
  },

  settle: async (context, state) => {
    await waitForStatus(
      async () => ({ status: (await describeDomain(context, state)).Status }),
      ["CREATING", "UPDATING"],
      "ACTIVE",
    );
  },

  read: async (context, state) => {
    const decided = { aws_account_id: "AWSAccountId", s3_bucket: "S3Bucket", version: "Version" };
    const distribution = {
      cloudfront_distribution: "CloudFrontDistribution",
      cloudfront_distribution_arn: "CloudFrontDistribution",
    };
    const description = await describeDomain(context, state);
    return {
      ...fromApi({ ...domainFields, ...decided, ...distribution }, description),
      domain: state["domain"] ?? null,
      cloudfront_distribution_zone_id: CLOUDFRONT_ZONE_ID,
      id: state["domain"] ?? null,
    };
  },

  update: async ({ call }, desired) => {
    await call("cognito-idp", "UpdateUserPoolDomain", toApi(domainFields, desired));
  },

  delete: async (context, state) => {
    await context.call("cognito-idp", "DeleteUserPoolDomain", domainKey(state));
    await waitUntilGone(() => describeDomain(context, state));
  },
};

/** A JSON document member ↔ JSON text. */
const json = (member: string) =>
  converted(
    member,
    (value) => (typeof value === "string" ? (JSON.parse(value) as unknown) : undefined),
    (value) => (value === undefined || value === null ? null : JSON.stringify(value)),
  );

const brandingFields: Fields = {
  client_id: "ClientId",
  settings: json("Settings"),
  use_cognito_provided_values: "UseCognitoProvidedValues",
  user_pool_id: "UserPoolId",
};

interface BrandingAnswer {
  readonly ManagedLoginBranding: { readonly ManagedLoginBrandingId: string };
}

const brandingKey = (state: Attributes) => ({
  UserPoolId: text(state["user_pool_id"]),
  ManagedLoginBrandingId: text(state["managed_login_branding_id"]),
});

export const cognitoManagedLoginBranding: Resource = {
  label: "Cognito Managed Login Branding",
  fields: brandingFields,
  identify: (state) => text(state["managed_login_branding_id"]) ?? text(state["client_id"]) ?? "",
  importId: importByParts("user_pool_id,managed_login_branding_id"),

  create: async ({ call }, desired) => {
    const input = toApi(brandingFields, desired);
    const { ManagedLoginBranding } = await call<BrandingAnswer>("cognito-idp", "CreateManagedLoginBranding", input);
    return { managed_login_branding_id: ManagedLoginBranding.ManagedLoginBrandingId };
  },

  read: async ({ call }, state) => {
    const describe = (ReturnMergedResources: boolean) =>
      call<BrandingAnswer>("cognito-idp", "DescribeManagedLoginBranding", {
        ...brandingKey(state),
        ReturnMergedResources,
      });
    const { settings_all } = fromApi({ settings_all: json("Settings") }, (await describe(true)).ManagedLoginBranding);
    const client_id = state["client_id"] ?? (await clientOf(call, state)) ?? null;
    return {
      ...fromApi(brandingFields, (await describe(false)).ManagedLoginBranding),
      client_id,
      settings_all: settings_all ?? null,
    };
  },

  update: async ({ call }, desired) => {
    const { ClientId: _, ...input } = toApi(brandingFields, desired);
    await call("cognito-idp", "UpdateManagedLoginBranding", { ...input, ...brandingKey(desired) });
  },

  delete: async ({ call }, state) => {
    await call("cognito-idp", "DeleteManagedLoginBranding", brandingKey(state));
  },
};

/** A branding does not say which client it is for, but a client's branding can be asked for. */
async function clientOf(call: Context["call"], state: Attributes): Promise<string | undefined> {
  const { UserPoolId, ManagedLoginBrandingId } = brandingKey(state);
  const { UserPoolClients } = await call<{ UserPoolClients: { ClientId: string }[] }>(
    "cognito-idp",
    "ListUserPoolClients",
    {
      UserPoolId,
      MaxResults: 60,
    },
  );
  for (const { ClientId } of UserPoolClients) {
    const ask = () =>
      call<BrandingAnswer>("cognito-idp", "DescribeManagedLoginBrandingByClient", { UserPoolId, ClientId });
    if ((await unlessGone(ask))?.ManagedLoginBranding.ManagedLoginBrandingId === ManagedLoginBrandingId)
      return ClientId;
  }
  return undefined;
}
