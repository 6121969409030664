import type { Environment, ServiceName } from "../../core/service";
import type { Attributes, Value } from "../value";
import type { Fields } from "./fields";

/** What an adapter works with: AWS, as the provider block's caller, and where things are. */
export interface Context {
  call<Output extends object>(service: ServiceName, operation: string, input: object): Promise<Output>;
  readonly environment: Environment;
  readonly region: string;
  /** Where a relative `filename` is looked up, besides the working directory. */
  readonly moduleDirectories: readonly string[];
}

/** How a type's tags are written and read. */
export interface Tagging {
  /** The tags as AWS has them now. */
  read(context: Context, state: Attributes): Promise<Record<string, string>>;
  add(context: Context, state: Attributes, tags: Record<string, string>): Promise<void>;
  remove(context: Context, state: Attributes, keys: string[]): Promise<void>;
}

/**
 * One managed resource type: Terraform's values in, AWS API calls out. `desired` has the planned values and the
 * write-only ones of the configuration; null where AWS decides. `state` has what is known of the resource.
 */
export interface Resource {
  /** As the AWS provider calls it in its messages, e.g. `Cognito User Pool`. */
  readonly label: string;
  /** What of the schema is understood: anything else that a configuration sets is refused. */
  readonly fields: Fields;
  /** Attributes understood beside `fields`. */
  readonly settings?: readonly string[];
  readonly tagging?: Tagging;
  /** Where the provider leaves a resource out of its state when it fails between its creation and its readiness. */
  readonly forgottenWhenCreateFails?: boolean;

  /** The name or id to tell the user. */
  identify(state: Attributes): string;
  /** Makes the resource, tags included, and returns the attributes by which `read` finds it. */
  create(context: Context, desired: Attributes, tags: Record<string, string>): Promise<Attributes>;
  /** Waits until what was created or updated is there. Throws with AWS's reason when it ends otherwise. */
  settle?(context: Context, state: Attributes, desired: Attributes): Promise<void>;
  /** The attributes as AWS has them; those left out stay as they are in the state. Throws `AwsError` when it is gone. */
  read(context: Context, state: Attributes): Promise<Attributes>;
  /** Not called for a change of tags alone. Absent where every change replaces the resource. */
  update?(context: Context, desired: Attributes, prior: Attributes): Promise<void>;
  delete(context: Context, state: Attributes): Promise<void>;
  /** The attributes that an import id stands for. */
  importId(id: string): Attributes;
  /** Changes the plan of an update, as the provider's own plan modifiers do. */
  adjustPlan?(plan: PlanChange): void;
}

/** An update that is being planned: `planned` may be written to. */
export interface PlanChange {
  readonly prior: Attributes;
  readonly config: Attributes;
  readonly planned: Attributes;
  changed(name: string): boolean;
  /** Replaces the resource because of this attribute. */
  replaceFor(name: string): void;
}

export interface DataSource {
  readonly label: string;
  read(context: Context, config: Attributes): Promise<Attributes>;
}

/** `import` for types whose id is the attribute of that name. */
export const importBy =
  (...names: readonly string[]) =>
  (id: string): Attributes =>
    Object.fromEntries(names.map((name): [string, Value] => [name, id]));

/**
 * `import` for types whose id has several parts.
 * @param format names of attributes with the separators between them, e.g. `user_pool_id/username`
 * @throws Error that names the format, as the provider does
 */
export const importByParts = (format: string) => {
  const names = format.split(/\W/);
  const separator = /\W/.exec(format)?.[0] ?? ",";
  return (id: string): Attributes => {
    const parts = id.split(separator);
    if (parts.length !== names.length || parts.includes("")) {
      throw new Error(`unexpected format for import ID (${id}), use: ${format}`);
    }
    return Object.fromEntries(names.map((name, index): [string, Value] => [name, parts[index] ?? null]));
  };
};
