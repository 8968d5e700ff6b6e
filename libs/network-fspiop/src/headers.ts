// The version of the API is agreed in the media types (API Definition 3.3): Content-Type has the exact version of a body,
// Accept the versions that may come back, exact or by their major number alone.

/** What is spoken of, as the media types name it. */
export type FspiopResource = 'parties' | 'quotes' | 'transfers';

export interface FspiopVersion {
  readonly major: number;
  readonly minor: number;
}

const TYPE = 'application/vnd.interoperability.';
const MEDIA_TYPE =
  /^application\/vnd\.interoperability\.([a-z]+)\+json\s*;\s*version=(\d{1,3})(?:\.(\d{1,3}))?$/i;

/** What both sides of this code read, newest first. Written is 1.1. */
export const VERSIONS: readonly FspiopVersion[] = [
  { major: 2, minor: 0 },
  { major: 1, minor: 1 },
  { major: 1, minor: 0 },
];
const WRITTEN: FspiopVersion = { major: 1, minor: 1 };

/** The Content-Type of a body. */
export function contentTypeOf(resource: FspiopResource, { major, minor } = WRITTEN): string {
  return `${TYPE}${resource}+json;version=${major}.${minor}`;
}

/** The Accept of a request: a major version, whichever minor one. */
export function acceptOf(resource: FspiopResource, { major } = WRITTEN): string {
  return `${TYPE}${resource}+json;version=${major}`;
}

/** The headers of a request for an FSP, without those that sign it. Of a look-up the destination is not known. */
export function requestHeaders(
  resource: FspiopResource,
  { isAnswer, destination }: { readonly isAnswer: boolean; readonly destination?: string },
): Readonly<Record<string, string>> {
  return {
    'content-type': contentTypeOf(resource),
    ...(!isAnswer && { accept: acceptOf(resource) }),
    ...(destination !== undefined && { 'fspiop-destination': destination }),
  };
}

interface MediaType {
  readonly resource: string;
  readonly major: number;
  /** Any, when it is undefined. */
  readonly minor: number | undefined;
}

/** Undefined for any other media type. */
function readMediaType(text: string): MediaType | undefined {
  const [, resource, major, minor] = MEDIA_TYPE.exec(text.trim()) ?? [];
  if (resource === undefined || major === undefined) return undefined;
  return { resource: resource.toLowerCase(), major: +major, minor: minor === undefined ? undefined : +minor };
}

export type Negotiated =
  | { readonly kind: 'ok'; readonly version: FspiopVersion }
  /** 400 with 3101 for what cannot be read, 406 with 3001 for a version that is not spoken here. */
  | { readonly kind: 'refused'; readonly code: '3101' | '3102' | '3001'; readonly detail: string };

/**
 * The version of a request: of its body by Content-Type, and of what may be called back by Accept, which call-backs do not
 * have. It is the newest of both sides.
 */
export function negotiate(
  resource: FspiopResource,
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
  isAnswer: boolean,
): Negotiated {
  const { 'content-type': given, accept } = headers;
  const type = typeof given === 'string' ? readMediaType(given) : undefined;
  if (type?.resource !== resource)
    return refused(given === undefined ? '3102' : '3101', `Content-Type is not ${contentTypeOf(resource)}`);
  const version = spoken([type]);
  if (version === undefined || type.minor === undefined)
    return refused(
      '3001',
      `Content-Type: version ${versionText(type)} is not supported, see the extension list`,
    );
  if (isAnswer) return { kind: 'ok', version };
  if (typeof accept !== 'string') return refused('3102', `Accept is missing: send ${acceptOf(resource)}`);
  const wanted = accept.split(',').flatMap((each) => readMediaType(each) ?? []);
  const named = wanted.filter((each) => each.resource === resource);
  if (named.length === 0) return refused('3101', `Accept does not have ${acceptOf(resource)}`);
  const answered = spoken(named);
  return answered === undefined
    ? refused('3001', 'Accept has no version that is supported, see the extension list')
    : { kind: 'ok', version: answered };
}

function spoken(types: readonly MediaType[]): FspiopVersion | undefined {
  return VERSIONS.find(({ major, minor }) =>
    types.some((type) => type.major === major && (type.minor ?? minor) === minor),
  );
}

function versionText({ major, minor }: MediaType): string {
  return minor === undefined ? `${major}` : `${major}.${minor}`;
}

function refused(code: '3101' | '3102' | '3001', detail: string): Negotiated {
  return { kind: 'refused', code, detail };
}
