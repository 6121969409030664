/** A binary member: bytes from a caller in this process, base64 text from a JSON body. */
export const bytesOf = (value: Uint8Array | string): Buffer =>
  typeof value === "string" ? Buffer.from(value, "base64") : Buffer.from(value);
