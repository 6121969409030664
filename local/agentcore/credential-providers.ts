import type {
  CreateOauth2CredentialProviderResponse,
  GetOauth2CredentialProviderResponse,
  ListOauth2CredentialProvidersResponse,
  Oauth2Discovery,
} from "@aws-sdk/client-bedrock-agentcore-control";
import { randomUUID } from "node:crypto";
import { conflict, notFound } from "../core/errors";
import type { Handlers } from "./handlers";
import { arnOf } from "./ids";
import { pageOf } from "./pages";
import type { Request } from "./rules/operations";
import type { CredentialProvider, State } from "./state";

type Names =
  | "CreateOauth2CredentialProvider"
  | "GetOauth2CredentialProvider"
  | "ListOauth2CredentialProviders"
  | "UpdateOauth2CredentialProvider"
  | "DeleteOauth2CredentialProvider";

/** Providers of the account's default token vault. They are there, and gone, as soon as the answer is. */
export function credentialProviderOperations(state: State): Handlers<Names> {
  const { credentialProviders, environment, tags } = state;
  const { partition, region, accountId } = environment;

  const provider = (name: string) => {
    const found = credentialProviders.get(name);
    if (!found) throw notFound(`Credential provider ${name} not found`);
    return found;
  };

  return {
    CreateOauth2CredentialProvider: (request): CreateOauth2CredentialProviderResponse => {
      const { name } = request;
      if (credentialProviders.get(name)) throw conflict(`Credential provider with name: ${name} already exists`);
      const now = new Date();
      const created: CredentialProvider = {
        id: name,
        arn: arnOf(environment, `token-vault/default/oauth2credentialprovider/${name}`),
        // The vault keeps the secret in Secrets Manager under the service's own prefix.
        secretArn: `arn:${partition}:secretsmanager:${region}:${accountId}:secret:bedrock-agentcore-identity!default/oauth2/${name}-${randomUUID().slice(0, 6)}`,
        vendor: request.credentialProviderVendor,
        config: withoutSecret(request),
        createdTime: now,
        lastUpdatedTime: now,
      };
      credentialProviders.add(created);
      tags.set(created.arn, { ...request.tags });
      return answerOf(created);
    },

    GetOauth2CredentialProvider: ({ name }) => answerOf(provider(name)),

    ListOauth2CredentialProviders: (request): ListOauth2CredentialProvidersResponse => {
      const { page, nextToken } = pageOf("oauth2-credential-providers", credentialProviders.numbered(), request);
      const items = page.map(answerOf).map(({ name, credentialProviderVendor, credentialProviderArn, ...times }) => {
        const { createdTime, lastUpdatedTime } = times;
        return { name, credentialProviderVendor, credentialProviderArn, createdTime, lastUpdatedTime };
      });
      return { credentialProviders: items, nextToken };
    },

    UpdateOauth2CredentialProvider: (request) => {
      const updated = provider(request.name);
      updated.config = withoutSecret(request);
      updated.lastUpdatedTime = new Date();
      return answerOf(updated);
    },

    DeleteOauth2CredentialProvider: ({ name }) => {
      tags.delete(provider(name).arn);
      credentialProviders.remove(name);
      return {};
    },
  };
}

function withoutSecret({ oauth2ProviderConfigInput }: Request<"UpdateOauth2CredentialProvider">) {
  const { oauthDiscovery = {}, clientId = "" } = oauth2ProviderConfigInput.customOauth2ProviderConfig ?? {};
  return { oauthDiscovery, clientId };
}

const answerOf = (provider: CredentialProvider): GetOauth2CredentialProviderResponse => ({
  name: provider.id,
  credentialProviderArn: provider.arn,
  credentialProviderVendor: provider.vendor,
  clientSecretArn: { secretArn: provider.secretArn },
  oauth2ProviderConfigOutput: {
    customOauth2ProviderConfig: {
      oauthDiscovery: provider.config.oauthDiscovery as Oauth2Discovery,
      clientId: provider.config.clientId,
    },
  },
  createdTime: provider.createdTime,
  lastUpdatedTime: provider.lastUpdatedTime,
  status: "READY",
});
