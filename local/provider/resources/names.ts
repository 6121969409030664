import { randomUUID } from "node:crypto";
import { type Attributes, text } from "../value";

/** The configured name, or one made from `name_prefix` (`terraform-` without it), as the provider makes them. */
export function nameOf(desired: Attributes): string {
  return text(desired["name"]) ?? `${text(desired["name_prefix"]) ?? "terraform-"}${uniqueSuffix()}`;
}

/** 26 digits, as the provider's own suffixes have: the time first, so that names sort by age. */
export const uniqueSuffix = () =>
  `${new Date().toISOString().replaceAll(/\D/g, "").slice(0, 14)}${randomUUID().replaceAll("-", "").slice(0, 12)}`;
