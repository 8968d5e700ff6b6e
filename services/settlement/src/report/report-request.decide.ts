import { refused, refusedField, type Refusal, type ReportParameters } from '@tonle/contracts';
import { findCurrency } from '@tonle/money';
import { REPORT_FORMATS, REPORT_LANGUAGES, type ReportLanguage } from '@tonle/report';
import { definitionOf } from './report-catalogue.table.js';
import type { ParameterName, ReportDefinition, ReportPeriod } from './report-definition.js';
import type { RequestedRun } from './report-run.js';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
/** A report of more days at once would hold a snapshot of the tables for too long. */
const DAYS_MAX = 92;

/** What somebody wants. */
export interface ReportRequest {
  readonly report: string;
  readonly receiver: string;
  readonly parameters: ReportParameters;
  readonly basis: RequestedRun['basis'];
  readonly knownAt?: string;
  readonly formats: readonly string[];
  readonly language: string;
  readonly deliver: readonly string[];
  /** By a participant, for itself. */
  readonly isOwn: boolean;
}

/** What a request is judged by. */
export interface ReportSurroundings {
  readonly nowMs: number;
  /** Of the home network's clock. */
  readonly utcOffsetMinutes: number;
  readonly participants: ReadonlySet<string>;
  readonly places: readonly string[];
  /** Of the window that is asked for; absent: there is none of that id. */
  readonly window?: { readonly day: string; readonly currency: string };
}

export type PlannedRun = Pick<
  RequestedRun,
  | 'report'
  | 'definitionVersion'
  | 'receiver'
  | 'parameters'
  | 'basis'
  | 'knownAt'
  | 'slot'
  | 'formats'
  | 'language'
  | 'deliver'
>;

/** A run that can be made, or why not: unknown report, then parameters, receiver, formats, places, then the instant. Pure. */
export function planRun(
  request: ReportRequest,
  around: ReportSurroundings,
): { readonly kind: 'planned'; readonly run: PlannedRun } | Refusal {
  const definition = definitionOf(request.report);
  if (definition === undefined || (request.isOwn && definition.audience === 'operators'))
    return refused('report_unknown');
  const wrong =
    wrongParameter(definition, request.parameters, around) ??
    wrongReceiver(definition, request.receiver, around) ??
    wrongFormats(definition, request);
  if (wrong !== undefined) return refusedAt(wrong);
  const unknown = request.deliver.find((place) => !around.places.includes(place));
  if (unknown !== undefined)
    return refusedAt([
      '/deliver',
      `${unknown} is no place of the settings; known: ${around.places.join(', ') || 'none'}.`,
    ]);
  const period = periodOf(request.parameters, around);
  const knownAt = knownInstant(request, period, around.nowMs);
  if (typeof knownAt === 'string') return refusedAt(['/knownAt', knownAt]);
  if (knownAt.getTime() > around.nowMs)
    return refused('report_day_open', `It ends at ${knownAt.toISOString()}.`);
  const { parameters, receiver, basis } = request;
  const language = request.language as ReportLanguage;
  const run: PlannedRun = {
    report: definition.id,
    definitionVersion: definition.version,
    receiver,
    parameters,
    basis,
    knownAt,
    slot: slotOf(definition, { receiver, parameters, basis, language }),
    formats: REPORT_FORMATS.filter((format) => request.formats.includes(format)),
    language,
    deliver: [...new Set(request.deliver)].sort(),
  };
  return { kind: 'planned', run };
}

/** Between which instants the days of a report are. A report of a window is of its day. */
export function periodOf(
  { day, until }: ReportParameters,
  { window, utcOffsetMinutes }: Pick<ReportSurroundings, 'window' | 'utcOffsetMinutes'>,
): ReportPeriod {
  const first = day ?? window!.day;
  const midnight = (of: string) => Date.parse(of) - utcOffsetMinutes * MINUTE_MS;
  return {
    from: new Date(midnight(first)),
    to: new Date(midnight(until ?? first) + DAY_MS),
    utcOffsetMinutes,
  };
}

function knownInstant(request: ReportRequest, { to }: ReportPeriod, nowMs: number): Date | string {
  if (request.knownAt === undefined) return request.basis === 'now' ? new Date(nowMs) : to;
  const asked = new Date(request.knownAt);
  return asked.getTime() > nowMs
    ? `Must not be in the future; it is ${new Date(nowMs).toISOString()}.`
    : asked;
}

type Wrong = readonly [path: string, message: string];

function wrongParameter(
  { id, needed, optional }: ReportDefinition,
  parameters: ReportParameters,
  { window }: ReportSurroundings,
): Wrong | undefined {
  const given = (Object.keys(parameters) as ParameterName[]).filter((name) => parameters[name] !== undefined);
  const missing = needed.find((name) => !given.includes(name));
  if (missing !== undefined) return [`/parameters/${missing}`, `${id} needs it.`];
  const more = given.find((name) => !needed.includes(name) && !optional.includes(name));
  if (more !== undefined)
    return [`/parameters/${more}`, `${id} takes ${[...needed, ...optional].join(', ')}.`];
  if (parameters.window !== undefined && window === undefined)
    return ['/parameters/window', 'There is no such window.'];
  if (parameters.currency !== undefined && findCurrency(parameters.currency) === undefined)
    return ['/parameters/currency', 'Must be a currency as three capital letters, such as THB.'];
  const { day, until } = parameters;
  if (day === undefined || until === undefined) return undefined;
  if (until < day) return ['/parameters/until', 'Must not be before `day`.'];
  return (Date.parse(until) - Date.parse(day)) / DAY_MS >= DAYS_MAX
    ? ['/parameters/until', `At most ${DAYS_MAX} days at once.`]
    : undefined;
}

function wrongReceiver(
  { id, audience }: ReportDefinition,
  receiver: string,
  { participants }: ReportSurroundings,
): Wrong | undefined {
  if (receiver === '') return undefined;
  if (audience === 'operators') return ['/receiver', `${id} is for the scheme alone.`];
  return participants.has(receiver) ? undefined : ['/receiver', 'There is no such participant.'];
}

function wrongFormats(
  definition: ReportDefinition,
  { formats, language, receiver }: ReportRequest,
): Wrong | undefined {
  const known: readonly string[] = definition.formats;
  const strange = formats.find((format) => !known.includes(format));
  if (formats.length === 0 || strange !== undefined)
    return ['/formats', `${definition.id} is written as ${known.join(', ')}.`];
  const account = formats.find((format) => format.startsWith('camt.'));
  if (account !== undefined && receiver === '')
    return ['/formats', `${account} is of one participant's account: name the receiver.`];
  return (REPORT_LANGUAGES as readonly string[]).includes(language)
    ? undefined
    : ['/language', `Must be one of ${REPORT_LANGUAGES.join(', ')}.`];
}

/** Runs of one slot are about the same, for the same: they make versions of the same files. */
function slotOf(
  { id }: ReportDefinition,
  {
    receiver,
    parameters,
    basis,
    language,
  }: Pick<RequestedRun, 'receiver' | 'parameters' | 'basis' | 'language'>,
): string {
  const sorted = Object.entries(parameters)
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`);
  return [id, receiver, basis, language, ...sorted].join('|');
}

const refusedAt = ([path, message]: Wrong): Refusal => refusedField('schema_invalid', path, message);
