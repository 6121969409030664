import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { generate } from "selfsigned";

export interface Certificate {
  readonly key: string;
  readonly cert: string;
  /** File for NODE_EXTRA_CA_CERTS: this certificate, and those that the variable named before. */
  readonly caFile: string;
}

/** A certificate for 127.0.0.1 and localhost, made anew for every start. The key stays in memory. */
export async function makeCertificate(): Promise<Certificate> {
  const { private: key, cert } = await generate([{ name: "commonName", value: "offline AWS" }], {
    keyType: "ec",
    algorithm: "sha256",
    extensions: [
      { name: "basicConstraints", cA: true },
      {
        name: "subjectAltName",
        altNames: [
          { type: 7, ip: "127.0.0.1" },
          { type: 2, value: "localhost" },
        ],
      },
    ],
  });
  const caFile = path.join(mkdtempSync(path.join(tmpdir(), "offline-aws-")), "ca.pem");
  const trusted = process.env.NODE_EXTRA_CA_CERTS;
  const others = trusted && existsSync(trusted) ? readFileSync(trusted, "utf8") : "";
  writeFileSync(caFile, `${cert}\n${others}`);
  return { key, cert, caFile };
}
