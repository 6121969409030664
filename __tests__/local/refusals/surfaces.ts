import type { Surface } from "./refusal";

/** Every file of rows. Each exports `surface`. */
export const SURFACES = [
  "engines",
  "deletions",
  "policies",
  "gateways",
  "gateway-configuration",
  "targets",
  "structures",
  "credential-providers",
  "tags",
  "transitions",
  "lists",
  "statements",
  "attachments",
  "quotas",
  "signatures",
  "requests",
  "parameters",
  "identities",
  "token-endpoint",
  "gateway-requests",
] as const;

/** Loads a surface: with the product's modules as they are, or within `withMutant` with one of them changed. */
export async function loadSurface(name: (typeof SURFACES)[number]): Promise<Surface<unknown>> {
  const { surface } = (await import(`./rows/${name}`)) as { surface: Surface<unknown> };
  return surface;
}
