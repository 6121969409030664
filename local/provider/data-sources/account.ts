import type { DataSource } from "../resources/resource";

export const callerIdentity: DataSource = {
  label: "STS Caller Identity",
  read: async ({ call }) => {
    const { Account, Arn, UserId } = await call<{ Account: string; Arn: string; UserId: string }>(
      "sts",
      "GetCallerIdentity",
      {},
    );
    return { account_id: Account, arn: Arn, id: Account, user_id: UserId };
  },
};

/** Domain suffixes by partition. Source: partitions.json of the AWS SDKs. */
const DNS_SUFFIX: Readonly<Record<string, string>> = {
  aws: "amazonaws.com",
  "aws-cn": "amazonaws.com.cn",
  "aws-us-gov": "amazonaws.com",
};

export const partition: DataSource = {
  label: "Partition",
  read: async ({ environment }) => {
    const suffix = DNS_SUFFIX[environment.partition] ?? "amazonaws.com";
    return {
      id: environment.partition,
      partition: environment.partition,
      dns_suffix: suffix,
      reverse_dns_prefix: suffix.split(".").reverse().join("."),
    };
  },
};

export const region: DataSource = {
  label: "Region",
  read: async ({ region: name }) => ({
    id: name,
    name,
    region: name,
    description: name,
    endpoint: `ec2.${name}.amazonaws.com`,
  }),
};
