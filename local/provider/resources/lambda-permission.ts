import { notFound } from "../../core/errors";
import { type Attributes, text, type Value } from "../value";
import { toApi } from "./fields";
import { uniqueSuffix } from "./names";
import { importByParts, type Resource } from "./resource";

const fields = {
  action: "Action",
  event_source_token: "EventSourceToken",
  function_name: "FunctionName",
  function_url_auth_type: "FunctionUrlAuthType",
  principal: "Principal",
  principal_org_id: "PrincipalOrgID",
  qualifier: "Qualifier",
  source_account: "SourceAccount",
  source_arn: "SourceArn",
  statement_id: "StatementId",
};

/** The function's resource policy, as GetPolicy answers it. Source: IAM's JSON policy language. */
interface PolicyStatement {
  readonly Sid: string;
  readonly Action: string;
  readonly Principal: string | { readonly Service?: string; readonly AWS?: string };
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export const lambdaPermission: Resource = {
  label: "Lambda Permission",
  fields,
  settings: ["statement_id_prefix"],
  identify: (state) => `${text(state["function_name"]) ?? ""}/${text(state["statement_id"]) ?? ""}`,
  importId: (id) => {
    const parts = importByParts("function_name/statement_id")(id);
    return { ...parts, id: parts["statement_id"] ?? null };
  },

  create: async ({ call }, desired) => {
    const prefix = text(desired["statement_id_prefix"]) ?? "terraform-";
    const StatementId = text(desired["statement_id"]) ?? `${prefix}${uniqueSuffix()}`;
    await call("lambda", "AddPermission", { ...toApi(fields, desired), StatementId });
    return { id: StatementId, statement_id: StatementId };
  },

  read: async ({ call }, state) => {
    const { Policy } = await call<{ Policy: string }>("lambda", "GetPolicy", functionKey(state));
    const { Statement } = JSON.parse(Policy) as { Statement: PolicyStatement[] };
    const statement = Statement.find(({ Sid }) => Sid === state["statement_id"]);
    if (statement === undefined)
      throw notFound(`no statement ${text(state["statement_id"]) ?? ""} in the function's policy`);
    return {
      id: statement.Sid,
      statement_id: statement.Sid,
      action: statement.Action,
      principal: principalOf(statement),
      source_arn: condition(statement, "ArnLike", "AWS:SourceArn"),
      source_account: condition(statement, "StringEquals", "AWS:SourceAccount"),
    };
  },

  delete: async ({ call }, state) => {
    await call("lambda", "RemovePermission", { ...functionKey(state), StatementId: text(state["statement_id"]) });
  },
};

const functionKey = (state: Attributes) => toApi({ function_name: "FunctionName", qualifier: "Qualifier" }, state);

const principalOf = ({ Principal }: PolicyStatement): Value =>
  typeof Principal === "string" ? Principal : (Principal.Service ?? Principal.AWS ?? null);

/** Condition keys are not case-sensitive. Source: IAM user guide, "Condition". */
function condition({ Condition = {} }: PolicyStatement, operator: string, key: string): Value {
  const entries = Object.entries(Condition[operator] ?? {});
  return entries.find(([name]) => name.toLowerCase() === key.toLowerCase())?.[1] ?? null;
}
