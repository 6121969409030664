import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { UserError } from "../../../reporting/problem";
import { requireTerraform } from "../../../local/terraform";

/** A PATH on which `terraform version -json` answers so. */
const pathWith = (answer: string) => pathWithScript(`echo '${answer}'`);

/** A PATH on which `terraform` is this shell script. */
function pathWithScript(script: string): string {
  const folder = mkdtempSync(path.join(tmpdir(), "path-"));
  writeFileSync(path.join(folder, "terraform"), `#!/bin/sh\n${script}\n`);
  chmodSync(path.join(folder, "terraform"), 0o755);
  return folder;
}

describe("Terraform", () => {
  test("that is not on PATH is asked for, with where to get it", async () => {
    await expect(requireTerraform({ PATH: "/nowhere" })).rejects.toThrow(
      /there is no terraform command[\s\S]*1\.11 or later[\s\S]*developer\.hashicorp\.com\/terraform\/install/,
    );
  });

  test.each([
    ["fails", "echo 'libssl.so.1: cannot open' >&2; exit 127", "libssl.so.1: cannot open"],
    ["answers something else", "echo 'tfenv: no version is chosen'", "tfenv: no version is chosen"],
    ["answers without a version", "echo '{}'", "{}"],
    ["says nothing", "", "nothing"],
    ["fails without a word", "exit 3", "Command failed"],
  ])("that %s is not called missing: what it said is shown", async (_, script, said) => {
    const PATH = pathWithScript(script);
    const refused = expect(requireTerraform({ PATH: `${PATH}:${process.env.PATH}` })).rejects;
    await refused.toMatchObject({
      problems: [
        expect.objectContaining({
          what: "there is a terraform command, but `terraform version` does not work",
          value: expect.stringContaining(said) as string,
        }),
      ],
    });
    rmSync(PATH, { recursive: true });
  });

  test("that may not be run is not called missing", async () => {
    const PATH = pathWithScript("echo 1");
    chmodSync(path.join(PATH, "terraform"), 0o644);
    await expect(requireTerraform({ PATH })).rejects.toThrow(/does not work[^]*EACCES/);
    rmSync(PATH, { recursive: true });
  });

  test("that says very much is shown by its beginning", async () => {
    const PATH = pathWithScript(`printf '%0.sx' $(seq 1 2000); exit 1`);
    const error = await requireTerraform({ PATH: `${PATH}:${process.env.PATH}` }).catch((thrown: unknown) => thrown);
    expect((error as UserError).problems[0]?.value).toHaveLength(501);
    rmSync(PATH, { recursive: true });
  });

  test.each(["1.10.5", "0.15.0"])("%s is too old", async (version) => {
    const PATH = pathWith(`{"terraform_version":"${version}"}`);
    await expect(requireTerraform({ PATH })).rejects.toThrow(`value: ${version}`);
    rmSync(PATH, { recursive: true });
  });

  test.each(["1.11.0", "1.12.3-rc1", "2.0.0"])("%s will do", async (version) => {
    const PATH = pathWith(`{"terraform_version":"${version}"}`);
    await expect(requireTerraform({ PATH })).resolves.toBeUndefined();
    rmSync(PATH, { recursive: true });
  });
});
