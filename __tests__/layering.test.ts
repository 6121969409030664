import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

const ROOT = path.resolve(__dirname, "..");

/** What each folder must not know: imports (from the project's root, or packages), and words. */
const RULES: readonly { folder: string; imports: RegExp; because: string }[] = [
  {
    folder: "cedar",
    imports: /^(@aws-sdk|cdktf|constructs|@cdktf)|^(stacks|provisioners|settings|local)\//,
    because: "Cedar's rules stand on their own",
  },
  {
    folder: "provisioners",
    imports: /^(cdktf|constructs|@cdktf)|^(stacks|settings|local|lambdas)\//,
    because: "local-exec runs without CDKTF",
  },
  { folder: "stacks", imports: /^@aws-sdk|^local\//, because: "a synthesis calls no AWS" },
  {
    folder: "lambdas",
    imports: /^(cdktf|constructs|@cdktf)|^(stacks|provisioners|local)\//,
    because: "bundles are small",
  },
  { folder: "settings", imports: /^(@aws-sdk|cdktf|@cdktf)|^(stacks|local)\//, because: "settings are read first" },
];

/** What the deployment is made of must work alike on AWS and offline, so it cannot know which of them it meets. */
const DEPLOYED = ["stacks", "provisioners", "lambdas", "cedar", "settings", "verify", "operations"];
const OFFLINE = /offline|AWS_ENDPOINT_URL|127\.0\.0\.1|_offline/i;

const sourcesOf = (folder: string): string[] =>
  readdirSync(path.join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => path.join(folder, file));

const read = (file: string) => readFileSync(path.join(ROOT, file), "utf8");

/** What a file imports: packages as they are named, own files from the project's root. */
const importsOf = (file: string): string[] =>
  [...read(file).matchAll(/(?:from|import|import\()\s*"([^"]+)"/g)].map(([, specifier = ""]) =>
    specifier.startsWith(".") ? path.join(path.dirname(file), specifier) : specifier,
  );

test.each(RULES)("$folder/ keeps to itself: $because", ({ folder, imports }) => {
  const found = sourcesOf(folder).flatMap((file) =>
    importsOf(file)
      .filter((specifier) => imports.test(specifier))
      .map((specifier) => `${file} imports ${specifier}`),
  );

  expect(sourcesOf(folder).length).toBeGreaterThan(3);
  expect(found).toEqual([]);
});

test.each(DEPLOYED)("nothing in %s/ knows that there is an offline AWS", (folder) => {
  expect(sourcesOf(folder).filter((file) => OFFLINE.test(read(file)))).toEqual([]);
});

test("the offline AWS is imported by its own commands, the benchmarks and the tests alone, main.ts by nothing", () => {
  const folders = readdirSync(ROOT, { withFileTypes: true })
    .filter(
      (entry) =>
        entry.isDirectory() && !/^(\.|node_modules|cdktf\.out|coverage|local|bench|__tests__)/.test(entry.name),
    )
    .map(({ name }) => name);
  const found = folders
    .flatMap(sourcesOf)
    .flatMap((file) => importsOf(file).map((specifier) => ({ file, specifier })))
    .filter(({ specifier }) => /^local\//.test(specifier) || /^main(\.ts)?$/.test(specifier));

  expect(folders).toContain("stacks");
  expect(found).toEqual([]);
});
