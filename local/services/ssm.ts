import { createHash } from "node:crypto";
import { AwsError } from "../core/errors";
import { pageOf } from "../core/pages";
import type { Environment, Service } from "../core/service";
import { fromTagList, toTagList, type Tag } from "./tags";

/** Bytes of a parameter's value by tier. Source: Systems Manager user guide, "Managing parameter tiers". */
const VALUE_BYTES = { Standard: 4_096, Advanced: 8_192 } as const;

/** Names in a request, and results in an answer. Source: the API reference of GetParameters and GetParametersByPath. */
const MOST_AT_ONCE = 10;
const MOST_LEVELS = 15;

interface Stored {
  readonly Name: string;
  readonly Value: string;
  readonly Type: string;
  readonly Tier: keyof typeof VALUE_BYTES;
  readonly Description?: string;
  readonly Version: number;
  readonly LastModifiedDate: Date;
  readonly tags: Map<string, string>;
}

interface PutParameter extends Partial<Omit<Stored, "tags">> {
  readonly Name: string;
  readonly Overwrite?: boolean;
  readonly Tags?: Tag[];
}

interface Decryption {
  readonly WithDecryption?: boolean;
}

interface ByPath extends Decryption {
  readonly Path: string;
  readonly Recursive?: boolean;
  readonly MaxResults?: number;
  readonly NextToken?: string;
}

interface Filters {
  readonly ParameterFilters?: { readonly Key: string; readonly Values?: string[] }[];
}

/** Parameter Store, without policies, labels and history. */
export class Ssm implements Service {
  private readonly parameters = new Map<string, Stored>();

  constructor(private readonly environment: Environment) {}

  readonly operations = {
    PutParameter: (input: PutParameter) => this.put(input),
    GetParameter: ({ Name, WithDecryption }: { Name: string } & Decryption) => ({
      Parameter: this.answer(this.find(Name), WithDecryption),
    }),
    GetParameters: ({ Names, WithDecryption }: { Names: string[] } & Decryption) => {
      checkCount("names", Names.length);
      return {
        Parameters: Names.flatMap((name) => this.parameters.get(name) ?? []).map((stored) =>
          this.answer(stored, WithDecryption),
        ),
        InvalidParameters: Names.filter((name) => !this.parameters.has(name)),
      };
    },
    GetParametersByPath: (input: ByPath) => this.byPath(input),
    DescribeParameters: ({ ParameterFilters = [] }: Filters) => {
      const names = ParameterFilters.find(({ Key }) => Key === "Name")?.Values;
      const found = [...this.parameters.values()].filter(({ Name }) => !names || names.includes(Name));
      return {
        Parameters: found.map(({ tags: _, Value: __, ...rest }) => ({
          ...rest,
          DataType: "text",
          ARN: this.arn(rest.Name),
        })),
      };
    },
    DeleteParameter: ({ Name }: { Name: string }) => {
      this.find(Name);
      this.remove(Name);
      return {};
    },
    DeleteParameters: ({ Names }: { Names: string[] }) => {
      checkCount("names", Names.length);
      const DeletedParameters = Names.filter((name) => this.parameters.has(name));
      for (const name of DeletedParameters) this.remove(name);
      return { DeletedParameters, InvalidParameters: Names.filter((name) => !DeletedParameters.includes(name)) };
    },
    ListTagsForResource: ({ ResourceId }: { ResourceId: string }) => ({
      TagList: toTagList(this.find(ResourceId).tags),
    }),
    AddTagsToResource: ({ ResourceId, Tags }: { ResourceId: string; Tags: Tag[] }) => {
      for (const { Key, Value } of Tags) this.find(ResourceId).tags.set(Key, Value);
      return {};
    },
    RemoveTagsFromResource: ({ ResourceId, TagKeys }: { ResourceId: string; TagKeys: string[] }) => {
      for (const key of TagKeys) this.find(ResourceId).tags.delete(key);
      return {};
    },
  };

  private put(input: PutParameter) {
    const { Name, Value = "", Overwrite = false, Tags } = input;
    const before = this.parameters.get(Name);
    const Tier = input.Tier === "Advanced" ? "Advanced" : "Standard";
    checkName(Name);
    if (before && !Overwrite) {
      throw new AwsError(
        "ParameterAlreadyExists",
        "The parameter already exists. To overwrite this value, set the overwrite option in the request to true.",
      );
    }
    if (Overwrite && Tags?.length) throw invalid("tags and overwrite can't be used together");
    if (Value.length === 0) throw invalid("value must have length greater than or equal to 1");
    if (Buffer.byteLength(Value) > VALUE_BYTES[Tier]) {
      throw invalid(`${Tier} tier parameters support a maximum parameter value of ${VALUE_BYTES[Tier]} characters.`);
    }
    const Type = input.Type ?? before?.Type;
    if (!Type) throw invalid("A parameter type is required when you create a parameter.");
    const Version = (before?.Version ?? 0) + 1;
    const tags = before?.tags ?? fromTagList(Tags);
    const Description = input.Description ?? before?.Description;
    this.parameters.set(Name, { Name, Value, Type, Tier, Description, Version, LastModifiedDate: new Date(), tags });
    this.environment.events.record({ kind: "change", type: "parameter", id: Name, state: { version: Version } });
    return { Version, Tier };
  }

  private byPath({ Path, Recursive = false, MaxResults = MOST_AT_ONCE, NextToken, WithDecryption }: ByPath) {
    checkCount("maxResults", MaxResults);
    const below = `${Path.replace(/\/$/, "")}/`;
    const found = [...this.parameters.values()]
      .filter(({ Name }) => Name.startsWith(below) && (Recursive || !Name.slice(below.length).includes("/")))
      .sort((a, b) => (a.Name < b.Name ? -1 : 1));
    const bad = () => new AwsError("InvalidNextToken", "The specified token isn't valid.");
    const { page, nextToken } = pageOf(found, { token: NextToken, size: MaxResults }, bad);
    return { Parameters: page.map((stored) => this.answer(stored, WithDecryption)), NextToken: nextToken };
  }

  private find(name: string): Stored {
    const found = this.parameters.get(name);
    if (!found) throw new AwsError("ParameterNotFound", `Parameter ${name} not found.`);
    return found;
  }

  private remove(name: string): void {
    this.parameters.delete(name);
    this.environment.events.record({ kind: "change", type: "parameter", id: name, state: "deleted" });
  }

  private answer({ Name, Value: clear, Type, Version, LastModifiedDate }: Stored, decrypted = false) {
    const Value = Type === "SecureString" && !decrypted ? sealed(clear) : clear;
    return { Name, Value, Type, Version, LastModifiedDate, ARN: this.arn(Name), DataType: "text" };
  }

  private arn(name: string): string {
    const { partition, region, accountId } = this.environment;
    return `arn:${partition}:ssm:${region}:${accountId}:parameter${name.startsWith("/") ? "" : "/"}${name}`;
  }
}

function checkName(name: string): void {
  if (/^\/?(aws|ssm)/i.test(name))
    throw invalid('Parameter name: can\'t be prefixed with "aws" or "ssm" (case-insensitive).');
  if (!/^[a-zA-Z0-9_.\-/]{1,1011}$/.test(name))
    throw invalid("Only a mix of letters, numbers and the following 4 symbols .-_/ are allowed.");
  if (name.includes("/") && !name.startsWith("/")) throw invalid("Parameter name must be a fully qualified name.");
  if (name.split("/").length - 1 > MOST_LEVELS)
    throw invalid(`Parameter name must not have more than ${MOST_LEVELS} levels.`);
}

function checkCount(what: string, count: number): void {
  if (!(count >= 1 && count <= MOST_AT_ONCE)) throw invalid(`${what} must be between 1 and ${MOST_AT_ONCE}`);
}

/** Stands for the ciphertext, which nothing here reads. */
const sealed = (clear: string) => `AQICAH${createHash("sha256").update(clear).digest("base64")}`;

const invalid = (message: string) => new AwsError("ValidationException", message);
