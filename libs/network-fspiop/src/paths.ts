import type { PartyIdType } from './bodies.js';
import type { FspiopResource } from './headers.js';

// The paths of the API: `/parties/{Type}/{ID}[/{SubId}]`, `/quotes[/{ID}]`, `/transfers[/{ID}]`, each with `/error`.

/** Who is looked for. */
export interface PartyKey {
  readonly type: PartyIdType;
  readonly id: string;
  readonly subId?: string;
}

/** What a path is about. `id` of a party has its type before it. */
export interface FspiopPath {
  readonly resource: FspiopResource;
  readonly isError: boolean;
  /** Parts after the resource, decoded; none of a POST. */
  readonly parts: readonly string[];
}

const RESOURCES: ReadonlySet<string> = new Set<FspiopResource>(['parties', 'quotes', 'transfers']);
/** How many parts each may have. */
const PARTS = { parties: [2, 3], quotes: [0, 1], transfers: [0, 1] } as const;
const ERROR = 'error';

/** `/parties/MSISDN/250788123456` */
export function partyPath({ type, id, subId }: PartyKey): string {
  const parts = [type, id, ...(subId === undefined ? [] : [subId])];
  return `/parties/${parts.map(encodeURIComponent).join('/')}`;
}

/** `/transfers/<id>`, and with `/error` what tells that it failed. */
export function idPath(resource: 'quotes' | 'transfers', id: string, isError = false): string {
  return `/${resource}/${id}${isError ? `/${ERROR}` : ''}`;
}

/** Undefined for what is no path of these. */
export function readPath(path: string): FspiopPath | undefined {
  const [first, name = '', ...rest] = path.split('/');
  if (first !== '' || !RESOURCES.has(name)) return undefined;
  const resource = name as FspiopResource;
  const [fewest, most] = PARTS[resource];
  const isError = rest.length > fewest && rest.at(-1) === ERROR;
  const parts = (isError ? rest.slice(0, -1) : rest).map(decoded);
  if (parts.length < fewest || parts.length > most) return undefined;
  return parts.every((part) => part !== undefined && part !== '')
    ? { resource, isError, parts: parts as string[] }
    : undefined;
}

function decoded(part: string): string | undefined {
  try {
    const text = decodeURIComponent(part);
    // No id has a control character, and no column takes a NUL.
    return /\p{Cc}/u.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
}
