import { tell, withoutTime } from "../../../local/progress";

describe("the progress of a local run", () => {
  test.each([
    [
      "dev-identity  aws_iam_role.pre_token_function_role (pre_token/function/role): Creation complete after 0s [id=x]",
      "made    aws_iam_role.pre_token_function_role",
    ],
    [
      "              aws_ssm_parameter.parameter_gateway_url (parameter_gateway_url/Resource): Destruction complete after 0s",
      "removed aws_ssm_parameter.parameter_gateway_url",
    ],
    ['dev-gateway  aws_x.y["a-b"]: Modifications complete after 1m2s [id=x]', 'changed aws_x.y["a-b"]'],
    [
      "dev-gateway  terraform_data.policy_engine (policy_engine/Resource) (local-exec): engine ensure [  0.1 s] creating policy engine x",
      "        creating policy engine x",
    ],
    ["dev-gateway  Initializing the backend...", "terraform init: dev-gateway"],
    [
      "             Plan: 12 to add, 0 to change, 0 to destroy.",
      "terraform plan: 12 to add, 0 to change, 0 to destroy",
    ],
  ])("tells %j", (line, told) => {
    expect(tell(line)).toBe(told);
  });

  test.each([
    "dev-identity  data.aws_partition.partition (partition): Read complete after 0s [id=aws]",
    "              aws_iam_role.gateway_role (gateway_role/Resource): Creating...",
    '                + name = "Plan: one"',
    "",
  ])("leaves out %j", (line) => {
    expect(tell(line)).toBeUndefined();
  });

  test("leaves the time out that another command measured", () => {
    expect(withoutTime("[  1.2 s] asked for finance (user 5f0c…d10)")).toBe("asked for finance (user 5f0c…d10)");
    expect(withoutTime("│ finance │")).toBeUndefined();
  });
});
