import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { requireTerraform } from "../../../local/terraform";

/** A PATH on which `terraform version -json` answers so. */
function pathWith(answer: string): string {
  const folder = mkdtempSync(path.join(tmpdir(), "path-"));
  writeFileSync(path.join(folder, "terraform"), `#!/bin/sh\necho '${answer}'\n`);
  chmodSync(path.join(folder, "terraform"), 0o755);
  return folder;
}

describe("Terraform", () => {
  test("that is not on PATH is asked for, with where to get it", async () => {
    await expect(requireTerraform({ PATH: "/nowhere" })).rejects.toThrow(
      /there is no terraform command[\s\S]*1\.11 or later[\s\S]*developer\.hashicorp\.com\/terraform\/install/,
    );
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
