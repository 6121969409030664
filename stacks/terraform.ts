/** Text that Terraform takes as it is: `${` and `%{` would begin a template. */
export const literal = (text: string) => text.replace(/([$%])\{/g, "$1$1{");

interface Statement {
  readonly Sid?: string;
  readonly Effect: "Allow" | "Deny";
  readonly Action: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly Principal?: Readonly<Record<string, string>>;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/**
 * An IAM policy document. Tokens may stand in it: what they become (ARNs, account ids) needs no escaping in JSON,
 * so the text is JSON whatever they are, and a plan shows it as such.
 */
export const policyDocument = (...statements: readonly Statement[]) =>
  JSON.stringify({ Version: "2012-10-17", Statement: statements });

/** The trust policy of a role that an AWS service assumes. */
export const trustPolicy = (service: string, condition?: Statement["Condition"]) =>
  policyDocument({
    Effect: "Allow",
    Action: "sts:AssumeRole",
    Principal: { Service: service },
    ...(condition ? { Condition: condition } : {}),
  });
