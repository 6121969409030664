import type { Resource } from "../resources/resource";
import { unknownPaths } from "../resources/fields";
import type { Block } from "../schema/types";
import { type Attributes, blocksOf, isAttributes } from "../value";
import { attributePath, type Diagnostic } from "./errors";

/** Attributes that the engine itself takes care of. */
const GENERAL = ["id", "region", "tags", "tags_all", "timeouts"];

/**
 * What is wrong with a resource's configuration before anything is planned. What the adapter does not understand is
 * refused rather than ignored: on AWS it would have an effect.
 */
export function validateResource(
  type: string,
  resource: Resource,
  block: Block,
  config: Attributes,
  client: { writeOnlyAllowed: boolean },
): Diagnostic[] {
  const unsupported = unknownPaths(resource.fields, [...GENERAL, ...(resource.settings ?? [])], config).map(
    (path): Diagnostic => ({
      severity: "ERROR",
      summary: `${path} of ${type} is not supported by the offline AWS`,
      detail: "On AWS it is valid. Leave it out here, or add it to the resource's fields in local/provider/resources.",
      attribute: attributePath(path.split(".")[0] ?? path),
    }),
  );
  const writeOnly = client.writeOnlyAllowed ? [] : writeOnlyPaths(block, config);
  return [...unsupported, ...writeOnly.map(writeOnlyRefusal)];
}

const writeOnlyRefusal = (path: string): Diagnostic => ({
  severity: "ERROR",
  summary: "Write-only Attribute Not Allowed",
  detail: `${path} is write-only. Write-only attributes need Terraform 1.11 or later.`,
  attribute: attributePath(path.split(".")[0] ?? path),
});

function writeOnlyPaths(block: Block, config: Attributes, parent = ""): string[] {
  const own = Object.entries(block.attributes).flatMap(([name, { writeOnly }]) =>
    writeOnly && (config[name] ?? null) !== null ? [`${parent}${name}`] : [],
  );
  const nested = Object.entries(block.blocks).flatMap(([name, inner]) => {
    const value = config[name];
    const found = isAttributes(value) ? [value] : blocksOf(value);
    return found.flatMap((element) => writeOnlyPaths(inner.block, element, `${parent}${name}.`));
  });
  return [...own, ...nested];
}
