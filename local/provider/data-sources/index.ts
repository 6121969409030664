import type { DataSource } from "../resources/resource";
import { fromApi } from "../resources/fields";
import { text } from "../value";
import { callerIdentity, partition, region } from "./account";

interface Parameter {
  readonly ARN: string;
  readonly Name: string;
  readonly Type: string;
  readonly Value: string;
}

const ssmParameter: DataSource = {
  label: "SSM Parameter",
  read: async ({ call }, config) => {
    const input = { Name: text(config["name"]), WithDecryption: config["with_decryption"] ?? true };
    const { Parameter } = await call<{ Parameter: Parameter }>("ssm", "GetParameter", input);
    return {
      ...fromApi({ arn: "ARN", id: "Name", name: "Name", type: "Type", value: "Value", version: "Version" }, Parameter),
      with_decryption: config["with_decryption"] ?? null,
      insecure_value: Parameter.Type === "SecureString" ? null : Parameter.Value,
    };
  },
};

const ssmParametersByPath: DataSource = {
  label: "SSM Parameters by path",
  read: async ({ call }, config) => {
    const found: Parameter[] = [];
    let NextToken: string | undefined;
    do {
      const input = {
        Path: text(config["path"]),
        Recursive: config["recursive"] ?? false,
        WithDecryption: config["with_decryption"] ?? true,
      };
      const page = await call<{ Parameters: Parameter[]; NextToken?: string }>("ssm", "GetParametersByPath", {
        ...input,
        NextToken,
      });
      found.push(...page.Parameters);
      ({ NextToken } = page);
    } while (NextToken !== undefined);
    return {
      id: text(config["path"]) ?? null,
      arns: found.map(({ ARN }) => ARN),
      names: found.map(({ Name }) => Name),
      types: found.map(({ Type }) => Type),
      values: found.map(({ Value }) => Value),
    };
  },
};

/** The data sources, by their Terraform names. */
export const DATA_SOURCES: Readonly<Record<string, DataSource>> = {
  aws_caller_identity: callerIdentity,
  aws_partition: partition,
  aws_region: region,
  aws_ssm_parameter: ssmParameter,
  aws_ssm_parameters_by_path: ssmParametersByPath,
};
