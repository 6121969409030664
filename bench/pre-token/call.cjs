// node call.cjs <handler> <times> <scope> <file>: calls the handler for a listed user and writes the milliseconds that
// each call took to the file, as JSON; what the handler logs goes to standard output, as on Lambda.
const { writeFileSync } = require("node:fs");
const { performance } = require("node:perf_hooks");

const [, , code, times, scope, file] = process.argv;
const { handler } = require(code);

const event = () => ({
  version: "3",
  triggerSource: "TokenGeneration_ClientCredentials",
  userName: "ClientCredentials",
  request: {
    userAttributes: {},
    groupConfiguration: null,
    scopes: [scope],
    clientMetadata: { verified_user_id: "user-7" },
  },
  response: { claimsAndScopeOverrideDetails: null },
});

async function main() {
  const taken = [];
  for (let call = 0; call < Number(times); call += 1) {
    const request = event();
    const start = performance.now();
    await handler(request);
    taken.push(performance.now() - start);
  }
  // The first calls compile the code.
  if (file) writeFileSync(file, JSON.stringify(taken.slice(taken.length / 10)));
}

void main();
