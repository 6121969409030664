/** What a kept deployment is made of, as far as a person needs to know it. */
export interface Kept {
  /** The run's folder, relative to the project. */
  readonly folder: string;
  /** The deployment's name. */
  readonly name: string;
  readonly policySet: string;
  /** A user whom the directory knows. */
  readonly user: string;
}

/** What `npm run local -- --keep` prints once everything is up. */
export function nextSteps({ folder, name, policySet, user }: Kept): string {
  return `
The deployment stays up until you press Ctrl-C here. In another terminal, in this folder:

  . ${folder}/environment.sh     # points this shell's AWS SDKs, aws and terraform at the offline AWS

Who may call what, for any user:

  npm run verify -- --user ${user} --user somebody-else

Every request and every change, in order:

  curl -s "$AWS_ENDPOINT_URL/_offline/events"

Change a policy and roll it out: edit policies/${policySet}/*.cedar, then

  npx cdktf diff dev-gateway --skip-provider-lock --output ${folder}/cdktf.out
  npx cdktf deploy '*' --auto-approve --skip-provider-lock --output ${folder}/cdktf.out
  npm run verify

A machine token by hand, then tools/list and tools/call with it (bash or zsh, with the AWS CLI and jq):

  N=${name}
  ID=$(aws ssm get-parameter --name /$N/machine_client_id --query Parameter.Value --output text)
  KEY=$(aws secretsmanager get-secret-value --secret-id /$N/machine_client_secret --query SecretString --output text)
  DISCOVERY=$(aws ssm get-parameter --name /$N/discovery_url --query Parameter.Value --output text)
  get() { curl -s --cacert $NODE_EXTRA_CA_CERTS "$@"; }
  ENDPOINT=$(get $DISCOVERY | jq -r .token_endpoint)
  TOKEN=$(get -K - $ENDPOINT -d grant_type=client_credentials \\
    --data-urlencode 'aws_client_metadata={"verified_user_id":"somebody-else"}' <<< "user=$ID:$KEY" | jq -r .access_token)
  URL=$(aws ssm get-parameter --name /$N/gateway_url --query Parameter.Value --output text)
  mcp() { get -K - $URL -H 'Content-Type: application/json' -H 'Accept: application/json, text/event-stream' \\
    -d "$1" <<< "header=\\"Authorization: Bearer $TOKEN\\""; }
  mcp '{"jsonrpc":"2.0","id":1,"method":"tools/list"}'
  mcp '{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"sample-tool-target___text_analysis_tool","arguments":{"text":"to be"}}}'

`;
}
