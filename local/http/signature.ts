import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { AwsError } from "../core/errors";
import type { Credentials } from "../services/sts";

/** The `Authorization` header of a signed request, taken apart. */
export interface Signature {
  readonly accessKeyId: string;
  readonly date: string;
  readonly region: string;
  readonly service: string;
  readonly signedHeaders: readonly string[];
  readonly value: string;
}

export interface SignedRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

const HEADER =
  /^AWS4-HMAC-SHA256 Credential=([^/,\s]+)\/(\d{8})\/([^/,\s]+)\/([^/,\s]+)\/aws4_request, ?SignedHeaders=([^,\s]+), ?Signature=([0-9a-f]+)$/;

/** How far a request's time may be off. Source: IAM user guide, "Troubleshoot Signature Version 4 signing". */
const TOLERANCE_MS = 5 * 60_000;

/** Returns undefined when a request bears no signature of version 4. */
export function readSignature(authorization: string | undefined): Signature | undefined {
  const parts = HEADER.exec(authorization ?? "");
  if (!parts) return undefined;
  const [, accessKeyId = "", date = "", region = "", service = "", signedHeaders = "", value = ""] = parts;
  return { accessKeyId, date, region, service, signedHeaders: signedHeaders.split(";"), value };
}

/**
 * Checks that a request was signed with the secret key, now, and as it came. Throws the AwsError that AWS answers.
 * Source: IAM user guide, "AWS Signature Version 4 for API requests".
 */
export function checkSignature(request: SignedRequest, signature: Signature, credentials: Credentials): void {
  const token = request.headers["x-amz-security-token"];
  if (credentials.sessionToken !== token)
    throw new AwsError("UnrecognizedClientException", "The security token included in the request is invalid.", 403);
  const time = String(request.headers["x-amz-date"] ?? "");
  const isCurrent = Math.abs(Date.now() - millisecondsOf(time)) <= TOLERANCE_MS;
  if (!isCurrent || !time.startsWith(signature.date)) throw invalid("Signature expired or not yet current.");
  if (!isCanonical(signature.signedHeaders))
    throw invalid("SignedHeaders must be in lower case and sorted, each once.");
  if (!signature.signedHeaders.includes("host")) throw invalid("'Host' must be a 'SignedHeader'.");
  const unsigned = Object.keys(request.headers).find(
    (name) => name.startsWith("x-amz-") && !signature.signedHeaders.includes(name),
  );
  // Else a signed request could be turned into another one: a header names the operation.
  if (unsigned) throw invalid(`'${unsigned}' must be a 'SignedHeader'.`);
  const stated = request.headers["x-amz-content-sha256"];
  // What checks the header alone would take another body for the signed one.
  if (stated !== undefined && stated !== sha256(request.body))
    throw invalid("'x-amz-content-sha256' is not the hash of the request's body.");
  const wanted = Buffer.from(expected(request, signature, credentials.secretAccessKey, time));
  const given = Buffer.from(signature.value);
  if (wanted.length !== given.length || !timingSafeEqual(wanted, given)) {
    throw invalid("The request signature we calculated does not match the signature you provided.");
  }
}

const invalid = (message: string) => new AwsError("InvalidSignatureException", message, 403);

/** One list of headers has one way to be written. */
const isCanonical = (names: readonly string[]) =>
  names.every((name, index) => name === name.toLowerCase() && (index === 0 || name > (names[index - 1] ?? "")));

/** `20260131T235959Z` as milliseconds; NaN for any other text. */
const millisecondsOf = (time: string) =>
  Date.parse(time.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"));

function expected(request: SignedRequest, signature: Signature, secretAccessKey: string, time: string): string {
  const { date, region, service } = signature;
  const scope = [date, region, service, "aws4_request"];
  const key = scope.reduce<string | Buffer>((secret, part) => hmac(secret, part), `AWS4${secretAccessKey}`);
  const text = ["AWS4-HMAC-SHA256", time, scope.join("/"), sha256(canonicalRequest(request, signature))].join("\n");
  return createHmac("sha256", key).update(text).digest("hex");
}

function canonicalRequest({ method, url, headers, body }: SignedRequest, { signedHeaders }: Signature): string {
  const lines = signedHeaders.map(
    (name) =>
      `${name}:${String(headers[name] ?? "")
        .trim()
        .replace(/ +/g, " ")}\n`,
  );
  const path = url.pathname.split("/").map(encoded).join("/");
  return [method, path, canonicalQuery(url), lines.join(""), signedHeaders.join(";"), sha256(body)].join("\n");
}

const canonicalQuery = (url: URL) =>
  [...url.searchParams]
    .map(([name, value]) => `${encoded(name)}=${encoded(value)}`)
    .sort()
    .join("&");

/** Percent-encoding of everything but RFC 3986's unreserved characters. */
const encoded = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);

const hmac = (key: string | Buffer, text: string) => createHmac("sha256", key).update(text).digest();
const sha256 = (data: string | Buffer) => createHash("sha256").update(data).digest("hex");
