import eslint from "@eslint/js";
import tseslint from "typescript-eslint";
import { noSecretsInOutput } from "./lint/no-secrets-in-output.mjs";

export default tseslint.config(
  { ignores: ["node_modules", "cdktf.out", ".build", "coverage", "jest.config.js", "jest.long.config.js"] },
  eslint.configs.recommended,
  ...tseslint.configs.strict,
  ...tseslint.configs.stylistic,
  {
    files: ["**/*.ts"],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-misused-promises": "error",
      "@typescript-eslint/await-thenable": "error",
      "@typescript-eslint/consistent-type-imports": ["error", { fixStyle: "inline-type-imports" }],
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      "@typescript-eslint/no-invalid-void-type": "off",
    },
  },
  {
    // Loaded by Node as they are, before anything that could translate them.
    files: ["**/*.cjs"],
    languageOptions: { sourceType: "commonjs", globals: { require: "readonly", process: "readonly" } },
    rules: { "@typescript-eslint/no-require-imports": "off" },
  },
  {
    plugins: { security: { rules: { "no-secrets-in-output": noSecretsInOutput } } },
    rules: { "security/no-secrets-in-output": "error" },
  },
  {
    // One place reads the process environment; commands and what local-exec runs are such places by nature.
    files: ["stacks/**/*.ts", "cedar/**/*.ts", "lambdas/tools/**/*.ts"],
    rules: {
      "no-restricted-properties": ["error", { object: "process", property: "env", message: "Read it in settings/." }],
    },
  },
  {
    files: ["__tests__/**/*.ts"],
    rules: {
      "@typescript-eslint/no-non-null-assertion": "off",
      "@typescript-eslint/no-empty-function": "off",
    },
  },
);
