/** What `npm run local -- --keep` prints once everything is up. */
export function nextSteps({ environmentFile, folder }: { environmentFile: string; folder: string }): string {
  return `
The deployment stays up until you press Ctrl-C here. In another terminal, in this folder:

  . ${environmentFile}     # points this shell's AWS SDKs, aws and terraform at the offline AWS

Who may call what, for any user:

  npm run verify -- --user 5f0c2b1e-7a64-4d0f-9a51-3c2f6e8b7d10 --user somebody-else

Every request and every change, in order:

  curl -s "$AWS_ENDPOINT_URL/_offline/events"

Change a policy and roll it out: edit policies/allow-guest/*.cedar, then

  npx cdktf diff dev-gateway --skip-provider-lock --output ${folder}/cdktf.out
  npx cdktf deploy '*' --auto-approve --skip-provider-lock --output ${folder}/cdktf.out
  npm run verify

A machine token by hand, then tools/list and tools/call with it (needs the AWS CLI and jq):

  N=agents-dev
  ID=$(aws ssm get-parameter --name /$N/machine_client_id --query Parameter.Value --output text)
  KEY=$(aws secretsmanager get-secret-value --secret-id /$N/machine_client_secret --query SecretString --output text)
  DISCOVERY=$(aws ssm get-parameter --name /$N/discovery_url --query Parameter.Value --output text)
  ENDPOINT=$(curl -s --cacert $NODE_EXTRA_CA_CERTS $DISCOVERY | jq -r .token_endpoint)
  TOKEN=$(curl -s --cacert $NODE_EXTRA_CA_CERTS -u "$ID:$KEY" $ENDPOINT -d grant_type=client_credentials \\
    --data-urlencode 'aws_client_metadata={"verified_user_id":"somebody-else"}' | jq -r .access_token)
  URL=$(aws ssm get-parameter --name /$N/gateway_url --query Parameter.Value --output text)
  mcp() { curl -s --cacert $NODE_EXTRA_CA_CERTS $URL -H "Authorization: Bearer $TOKEN" \\
    -H 'Content-Type: application/json' -H 'Accept: application/json, text/event-stream' -d "$1"; }
  mcp '{"jsonrpc":"2.0","id":1,"method":"tools/list"}'
  mcp '{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"sample-tool-target___text_analysis_tool","arguments":{"text":"to be"}}}'

`;
}
