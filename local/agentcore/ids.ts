import { randomInt } from "node:crypto";
import type { Environment } from "../core/service";

const LOWERCASE = "abcdefghijklmnopqrstuvwxyz";
const DIGITS = "0123456789";

const random = (alphabet: string) => Array.from({ length: 10 }, () => alphabet[randomInt(alphabet.length)]).join("");

/** Ids of engines and policies: ResourceId of the API model, `<name>-` and ten of [a-z0-9_]. */
export const resourceId = (name: string) => `${name}-${random(`${LOWERCASE}${DIGITS}_`)}`;

/** Ids of gateways: GatewayIdentifier of the API model, which knows no capitals. */
export const gatewayId = (name: string) => `${name.toLowerCase()}-${random(LOWERCASE + DIGITS)}`;

/** Ids of targets: TargetId of the API model, which does not hold the name. */
export const targetId = () => random(LOWERCASE.toUpperCase() + DIGITS);

/** E.g. `arnOf(environment, "policy-engine/demo-abcdefghij")`. */
export const arnOf = ({ partition, region, accountId }: Environment, resource: string) =>
  `arn:${partition}:bedrock-agentcore:${region}:${accountId}:${resource}`;
