// Packages that ship only as ES modules; jest runs CommonJS, so these are transformed as well.
const esModulesOnly = [
  "jose",
  "p-retry",
  "is-network-error",
  "p-map",
  "@peculiar",
  "pkijs",
  "openid-client",
  "oauth4webapi",
  "aws4fetch",
  "diff",
];

// The SDK is pinned; which Node its later versions will want is no news to a test's reader.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";

module.exports = {
  testEnvironment: "<rootDir>/__tests__/support/node-environment.cjs",
  roots: ["<rootDir>/__tests__"],
  testMatch: ["**/*.test.ts"],
  transform: {
    "^.+\\.(ts|js|mjs)$": [
      "@swc/jest",
      { jsc: { target: "es2022", parser: { syntax: "typescript" } }, module: { type: "commonjs" } },
    ],
  },
  transformIgnorePatterns: [`/node_modules/(?!(?:${esModulesOnly.join("|")})/)`],
  // Two workers: the end-to-end tests run Terraform, which is a process of its own.
  maxWorkers: 2,
  // Far above what any test takes: a machine that does other things besides makes none of them fail.
  testTimeout: 300_000,
};
