import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { strToU8, zipSync } from "fflate";
import { OfflineAws } from "../../../local/offline-aws";
import { compute, gateway, identity } from "./configuration";
import { Workspace } from "./terraform";

const archive = Buffer.from(zipSync({ "index.js": strToU8("exports.handler = async (event) => event;") }));
const functions = compute("function.zip", createHash("sha256").update(archive).digest("base64"));

/** Every resource type at least once, by its type and name. */
export const everything = { ...identity, ...functions, ...gateway };

/** All of it deployed to an offline AWS of its own. */
export class Everything {
  private constructor(
    readonly aws: OfflineAws,
    readonly workspace: Workspace,
    private readonly modules: string,
  ) {}

  static async deploy(providerBlock: object = {}): Promise<Everything> {
    const modules = mkdtempSync(join(tmpdir(), "provider-modules-"));
    writeFileSync(join(modules, "function.zip"), archive);
    const aws = await OfflineAws.start({ moduleDirectories: [modules] });
    const workspace = new Workspace(aws.environment().TF_REATTACH_PROVIDERS ?? "", providerBlock);
    await workspace.apply({ resource: everything });
    return new Everything(aws, workspace, modules);
  }

  async close(): Promise<void> {
    this.workspace.remove();
    rmSync(this.modules, { recursive: true });
    await this.aws.close();
  }
}
