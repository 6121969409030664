import { AwsError } from "../../core/errors";
import { invalidParameter, type Pool } from "./pool";

interface SchemaAttribute {
  readonly Name?: string;
  readonly Mutable?: boolean;
  readonly Required?: boolean;
}

interface PasswordPolicy {
  readonly MinimumLength?: number;
  readonly RequireUppercase?: boolean;
  readonly RequireLowercase?: boolean;
  readonly RequireNumbers?: boolean;
  readonly RequireSymbols?: boolean;
}

/** Special characters and the space. Source: Cognito developer guide, "Password requirements". */
const SYMBOL = /[\^$*.[\]{}()?"!@#%&/\\,><':;|_~`=+\- ]/;
const MOST_CHARACTERS = 256;

/** Throws InvalidPasswordException, which says what is missing and never what was given. */
export function checkPassword({ description }: Pool, password: string): void {
  const { PasswordPolicy = {} } = (description.Policies ?? {}) as { PasswordPolicy?: PasswordPolicy };
  const { MinimumLength = 8, RequireUppercase, RequireLowercase, RequireNumbers, RequireSymbols } = PasswordPolicy;
  const rules: [boolean, string][] = [
    [password.length >= MinimumLength, "Password not long enough"],
    [password.length <= MOST_CHARACTERS, "Password too long"],
    [!RequireUppercase || /[A-Z]/.test(password), "Password must have uppercase characters"],
    [!RequireLowercase || /[a-z]/.test(password), "Password must have lowercase characters"],
    [!RequireNumbers || /\d/.test(password), "Password must have numeric characters"],
    [!RequireSymbols || SYMBOL.test(password), "Password must have symbol characters"],
  ];
  const broken = rules.find(([holds]) => !holds);
  if (broken)
    throw new AwsError("InvalidPasswordException", `Password did not conform with password policy: ${broken[1]}`);
}

/** Throws when a new user lacks an attribute that the pool requires. */
export function checkRequired(pool: Pool, given: ReadonlyMap<string, string>): void {
  const lacking = schemaOf(pool).find(({ Name = "", Required }) => Required && Name !== "sub" && !given.has(Name));
  if (lacking)
    throw invalidParameter(`Attributes did not conform to the schema: ${lacking.Name}: The attribute is required`);
}

/** Throws when an attribute is one that keeps its first value. */
export function checkMutable(pool: Pool, names: readonly string[]): void {
  const fixed = schemaOf(pool).find(({ Name = "", Mutable }) => Mutable === false && names.includes(Name));
  if (fixed) throw invalidParameter(`user.${fixed.Name}: Attribute cannot be updated.`);
}

/** Throws when an attribute is one that a user of this pool must have. */
export function checkDeletable(pool: Pool, names: readonly string[]): void {
  const required = schemaOf(pool).find(({ Name = "", Required }) => Required && names.includes(Name));
  if (required) throw invalidParameter(`user.${required.Name}: Required attribute cannot be deleted.`);
}

const schemaOf = ({ description }: Pool) => (description.SchemaAttributes ?? []) as readonly SchemaAttribute[];
