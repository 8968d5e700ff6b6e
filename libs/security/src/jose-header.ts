const BASE64URL = /^[A-Za-z0-9_-]+$/;

/** The bytes of a base64url text without padding (RFC 7515 2); undefined for any other text. */
export function fromBase64Url(text: string): Buffer | undefined {
  if (!BASE64URL.test(text)) return undefined;
  const bytes = Buffer.from(text, 'base64url');
  return bytes.toString('base64url') === text ? bytes : undefined;
}

/** The members of a protected header; undefined when it is no JSON object. */
export function readJoseHeader(encoded: string): Readonly<Record<string, unknown>> | undefined {
  const bytes = fromBase64Url(encoded);
  if (bytes === undefined) return undefined;
  try {
    const header = JSON.parse(bytes.toString('utf8')) as unknown;
    return typeof header === 'object' && header !== null && !Array.isArray(header)
      ? (header as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
