import { plainText, type StatementLine } from '@tonle/contracts';
import { referenceOf } from '@tonle/iso20022';
import type { CalendarBody } from '@tonle/directory';
import type { Clock } from '@tonle/platform';
import type { Database } from '@tonle/persistence';
import type { EvidenceLog } from '@tonle/door';
import type { WireReply } from './exchange.js';
import type { StatementDay, StatementPage, StatementRequest } from './leg.js';
import type { LegStore } from './leg.store.js';
import type { StatementSource, WireRequest } from './network.js';
import type { OpenWires } from './open-wires.js';
import { sentDay } from './sent-statement.js';

/** The pages of a day are cut from one statement for so long. */
const DAY_KEPT_MS = 60_000;

/** The statement of a day in a currency, made of files. */
export interface StatementOfFiles {
  readonly kind: 'files';
  readonly utcOffsetMinutes: number;
  day(day: string, currency: string, agreed?: ReadonlySet<string>): Promise<StatementDay>;
}

export interface StatementReaderOptions {
  readonly source: StatementSource | StatementOfFiles;
  readonly wires: Pick<OpenWires, 'ask'>;
  readonly evidence: Pick<EvidenceLog, 'keep'>;
  readonly store: Pick<LegStore, 'byExternalRef'>;
  /** UETRs of payments that the network sent to us, by its ids of them. */
  readonly received: (messageIds: readonly string[]) => Promise<ReadonlyMap<string, string>>;
  readonly database: Database;
  readonly clock: Clock;
}

/** The listing of a day by page, joined with our legs by the reference that we gave (decisions 16), and with what we were sent. */
export class StatementReader {
  private kept: ({ readonly of: string; readonly at: number } & StatementDay) | undefined;

  constructor(private readonly options: StatementReaderOptions) {}

  /** Throws when the network does not answer, or not readably. */
  async page(request: StatementRequest): Promise<StatementPage> {
    const read = await this.fetchPage(request);
    const page = { ...read, lines: read.lines.map(plainLine) };
    const { store, database, received } = this.options;
    const refs = page.lines.flatMap(({ externalRef }) => externalRef ?? []);
    const messageIds = page.lines.flatMap(({ messageId }) => messageId ?? []);
    const legs = refs.length === 0 ? undefined : await store.byExternalRef(database, refs);
    const uetrs = messageIds.length === 0 ? undefined : await received(messageIds);
    const lines = page.lines.map((line) => {
      const found = legs?.get(line.externalRef ?? '');
      const uetr = line.uetr ?? found?.uetr ?? uetrs?.get(line.messageId ?? '');
      const known = uetr === undefined ? line : { ...line, uetr };
      // What the network says of the direction stands: money that came back is not our leg.
      return found === undefined ? known : { ...known, legKey: found.legKey, leg: line.leg ?? found.leg };
    });
    return { ...page, lines };
  }

  private async fetchPage(request: StatementRequest): Promise<StatementPage> {
    const { source } = this.options;
    const { day, currency } = request;
    if (source.kind !== 'paged') {
      const { lines, heads, settled, differing = [] } = await this.dayOf(source, request);
      const wanted = lines.filter(({ amount }) => amount.currency === currency);
      const page = { ...pageOf(wanted, request), ...(differing.length > 0 && { differing: [...differing] }) };
      if (page.nextCursor !== undefined) return page;
      return {
        ...page,
        heads: inCurrency(heads, currency),
        ...(settled !== undefined && {
          cycles: inCurrency(settled.cycles, currency),
          batches: inCurrency(settled.batches, currency),
        }),
      };
    }
    const asked = { ...request, pageMax: Math.min(request.pageMax, source.pageMax) };
    return source.read(await this.fetch(source.ask(asked), `statement:${day}:${currency}`), asked);
  }

  private async dayOf(
    source: Exclude<StatementReaderOptions['source'], { kind: 'paged' }>,
    { day, currency, cursor, agreed }: StatementRequest,
  ): Promise<StatementDay> {
    const at = this.options.clock.now();
    const of = source.kind === 'files' ? `${day} ${currency}` : day;
    if (cursor !== undefined && this.kept?.of === of && Math.abs(at - this.kept.at) < DAY_KEPT_MS)
      return this.kept;
    const read =
      source.kind === 'files'
        ? await source.day(day, currency, new Set(agreed))
        : source.kind === 'sent'
          ? await sentDay(source, this.options, day, new Set(agreed))
          : source.read(await this.fetch(source.ask(day), `statement:${day}`), day);
    this.kept = { of, at, ...read };
    return this.kept;
  }

  private async fetch(request: WireRequest, subject: string): Promise<WireReply> {
    const { reply, evidence } = await this.options.wires.ask(request, { subject });
    for (const each of evidence) this.options.evidence.keep(each);
    if (reply.kind !== 'answered') throw new Error(`no ${subject}: ${reply.because}`);
    return reply;
  }
}

/**
 * Why the days that are read are not those that are asked for, for people; undefined when they are. Settlement names days by the
 * calendar of the directory, the network's own reading by its value: apart by an hour, payments at midnight would be on other days.
 */
export function zoneFault(
  calendar: Pick<CalendarBody, 'calendarId' | 'utcOffsetMinutes'> | undefined,
  utcOffsetMinutes: number,
): string | undefined {
  if (calendar === undefined || calendar.utcOffsetMinutes === utcOffsetMinutes) return undefined;
  const { calendarId, utcOffsetMinutes: other } = calendar;
  return `calendar ${calendarId} is ${other} minutes ahead of UTC, and the statements are read by days of ${utcOffsetMinutes}; correct one of them`;
}

/** A text that no table holds would lose the whole day, and what stands where there is no reference is no key. */
function plainLine(line: StatementLine): StatementLine {
  const fields = Object.entries(line).map(([name, value]: [string, unknown]) => [
    name,
    typeof value === 'string' ? plainText(value, value.length) : value,
  ]);
  const plain = Object.fromEntries(fields) as StatementLine;
  return {
    ...plain,
    partnerRef: referenceOf(plain.partnerRef),
    externalRef: referenceOf(plain.externalRef),
    messageId: referenceOf(plain.messageId),
    endToEndId: referenceOf(plain.endToEndId),
  };
}

function inCurrency<T extends { readonly currency: string }>(
  told: readonly T[],
  currency: string,
): Omit<T, 'currency'>[] {
  return told.flatMap(({ currency: own, ...each }) => (own === currency ? [each] : []));
}

/** One page of a day's lines; the cursor is the index of the next line. The totals come with the last. */
function pageOf(lines: readonly StatementLine[], request: StatementRequest): StatementPage {
  const from = request.cursor === undefined ? 0 : Number.parseInt(request.cursor, 10);
  const page = lines.slice(from, from + request.pageMax);
  const next = from + page.length;
  if (next < lines.length) return { lines: page, nextCursor: next.toString() };
  const sum = lines.reduce((total, { amount }) => total + BigInt(amount.minor), 0n);
  return { lines: page, totals: { count: lines.length, amountMinor: sum.toString() } };
}
