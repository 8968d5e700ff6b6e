// The version of the API is agreed in the media types (API Definition 3.3): Content-Type has the exact version of a body,
// Accept the versions that may come back, exact or by their major number alone.

/** What is spoken of, as the media types name it. */
export type FspiopResource = 'parties' | 'quotes' | 'transfers';

const TYPE = 'application/vnd.interoperability.';
const MEDIA_TYPE =
  /^application\/vnd\.interoperability\.([a-z]+)\+json\s*;\s*version=(\d{1,3}(?:\.\d{1,3})?)$/i;

/** What a scheme may speak: one of them at a time is written, all are read. */
export const VERSIONS = ['2.0', '1.1', '1.0'] as const;
export type FspiopVersion = (typeof VERSIONS)[number];
const USUAL: FspiopVersion = '1.1';

/** The Content-Type of a body. */
export function contentTypeOf(resource: FspiopResource, version = USUAL): string {
  return `${TYPE}${resource}+json;version=${version}`;
}

/** The Accept of a request: a major version, whichever minor one. */
export function acceptOf(resource: FspiopResource, version = USUAL): string {
  return `${TYPE}${resource}+json;version=${majorOf(version)}`;
}

/**
 * The headers of a request for an FSP, without those that sign it. Of a look-up the destination is not known; a call-back has
 * the version that was accepted.
 */
export function requestHeaders(
  resource: FspiopResource,
  {
    isAnswer,
    destination,
    version,
  }: { readonly isAnswer: boolean; readonly destination?: string; readonly version?: FspiopVersion },
): Readonly<Record<string, string>> {
  return {
    'content-type': contentTypeOf(resource, version),
    ...(!isAnswer && { accept: acceptOf(resource, version) }),
    ...(destination !== undefined && { 'fspiop-destination': destination }),
  };
}

interface MediaType {
  readonly resource: string;
  /** A major version alone means any minor one. */
  readonly version: string;
}

/** Undefined for any other media type. */
function readMediaType(text: string): MediaType | undefined {
  const [, resource, version] = MEDIA_TYPE.exec(text.trim()) ?? [];
  return resource === undefined || version === undefined
    ? undefined
    : { resource: resource.toLowerCase(), version };
}

export type Negotiated =
  /** The version of the body. */
  | { readonly kind: 'ok'; readonly version: FspiopVersion }
  /** 400 with 3101 for what cannot be read, 406 with 3001 for a version that is not spoken here. */
  | { readonly kind: 'refused'; readonly code: '3101' | '3102' | '3001'; readonly detail: string };

/**
 * May a request be answered here? Its body is of a version that is read, by Content-Type; and what is called back, in the
 * version that is written here, is one that it accepts. Call-backs accept nothing.
 */
export function negotiate(
  resource: FspiopResource,
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
  isAnswer: boolean,
  written: FspiopVersion = USUAL,
): Negotiated {
  const { 'content-type': given, accept } = headers;
  const type = typeof given === 'string' ? readMediaType(given) : undefined;
  if (type?.resource !== resource)
    return refused(
      given === undefined ? '3102' : '3101',
      `Content-Type is not ${contentTypeOf(resource, written)}`,
    );
  const version = VERSIONS.find((each) => each === type.version);
  if (version === undefined)
    return refused('3001', `Content-Type: version ${type.version} is not supported, see the extension list`);
  if (isAnswer) return { kind: 'ok', version };
  if (typeof accept !== 'string')
    return refused('3102', `Accept is missing: send ${acceptOf(resource, written)}`);
  const wanted = accept.split(',').flatMap((each) => readMediaType(each) ?? []);
  const named = wanted.filter((each) => each.resource === resource);
  if (named.length === 0) return refused('3101', `Accept does not have ${acceptOf(resource, written)}`);
  return named.some((each) => each.version === written || each.version === majorOf(written))
    ? { kind: 'ok', version }
    : refused('3001', `Accept does not have version ${written}, which is spoken here`);
}

function majorOf(version: FspiopVersion): string {
  return version.slice(0, version.indexOf('.'));
}

function refused(code: '3101' | '3102' | '3001', detail: string): Negotiated {
  return { kind: 'refused', code, detail };
}
