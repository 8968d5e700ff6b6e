import {
  writeIso,
  type Agent,
  type BusinessHeader,
  type CanonicalMessage,
  type IsoError,
  type Rejection,
  type Statement,
  type Status,
  type StatusRequest,
} from '@tonle/iso20022';
import { plainText } from '@tonle/contracts';
import { amount, magnitude } from '@tonle/money';
import { familyOf, type BookedEntry, type CreditRecord, type Family } from './books.js';
import type { IsoScheme } from './scheme.js';

const TONLE_BIC = 'TONLKHPPXXX';
export const REJECTION = 'admi.002.001.01';
export const XML = 'application/xml';
const MINUTE_MS = 60_000;
/** Of ErrLctn and RsnDesc, and of AddtlData. */
const TEXT_MAX = 350;
const FINDINGS_MAX = 20_000;
const MORE_MAX = 30;

/** Times on this wire are UTC with milliseconds. */
export function isoTime(epochMs: number): string {
  return new Date(epochMs).toISOString();
}

function businessId(message: CanonicalMessage): string {
  if (message.kind === 'rejection') return message.relatedReference;
  return message.kind === 'system_event' ? message.event : message.messageId;
}

/** What of an order its answer repeats. */
export interface Answerable {
  readonly family: Family;
  readonly messageId: string;
  readonly endToEndId: string;
  readonly transactionId?: string;
  /** UETR of the payment: of a return that of the one which it gives back. */
  readonly uetr: string | undefined;
}

/** What one network writes to Tonle: its agent, its versions, its local time. */
export class Messages {
  readonly agent: Agent;
  readonly tonle: Agent;
  private written = 0;

  constructor(
    private readonly scheme: Pick<
      IsoScheme,
      'bic' | 'members' | 'currency' | 'mark' | 'utcOffsetMinutes' | 'versions'
    >,
  ) {
    const { bic, members } = scheme;
    const named = (memberId: string): Agent => ({ memberId, clearingSystem: members?.clearingSystem });
    this.agent = members === undefined ? { bic } : named(members.own);
    this.tonle = members === undefined ? { bic: TONLE_BIC } : named(members.tonle);
  }

  /** In the switch's envelope, from the network to Tonle. */
  write(message: CanonicalMessage, version: string, at: number): string {
    const header: BusinessHeader = {
      from: this.agent,
      to: this.tonle,
      businessMessageId: businessId(message),
      messageDefinition: version,
      createdAt: isoTime(at),
    };
    return writeIso(message, version, header, { envelope: 'tonle' });
  }

  /** A message id that was not used since the start. */
  id(at: number): string {
    this.written += 1;
    return `${this.scheme.mark}${at}${this.written}`;
  }

  /** The local day of an instant, YYYY-MM-DD. */
  localDay(at: number): string {
    return isoTime(at + this.scheme.utcOffsetMinutes * MINUTE_MS).slice(0, 10);
  }

  /** When a local day begins; NaN when it is none. */
  dayStart(day: string): number {
    return Date.parse(`${day}T00:00:00.000Z`) - this.scheme.utcOffsetMinutes * MINUTE_MS;
  }

  /** The status of a payment or a return that is in the books. */
  status({ entry, final }: CreditRecord, at: number): Status {
    const status = final?.status ?? 'PDNG';
    return {
      kind: 'status',
      messageId: this.id(at),
      createdAt: isoTime(at),
      originalMessageId: entry.messageId,
      originalMessageName: this.nameOf(familyOf(entry)),
      originalEndToEndId: entry.endToEndId,
      originalTransactionId: entry.transactionId,
      originalUetr: entry.refundOf ?? entry.uetr,
      status,
      ...(final?.reason === undefined ? {} : { reason: final.reason }),
      acceptedAt: isoTime(entry.acceptedAt),
      ...(status === 'RJCT' ? {} : { clearingReference: entry.reference }),
      originalAmount: amount(entry.currency, BigInt(entry.minor)),
      instructingAgent: this.tonle,
      instructedAgent: this.agent,
    };
  }

  /** A refusal of what is not in the books under these keys. */
  rejection(
    { family, messageId, endToEndId, transactionId, uetr }: Answerable,
    reason: string,
    at: number,
  ): Status {
    return {
      kind: 'status',
      messageId: this.id(at),
      createdAt: isoTime(at),
      originalMessageId: messageId,
      originalMessageName: this.nameOf(family),
      originalEndToEndId: endToEndId,
      originalTransactionId: transactionId,
      originalUetr: uetr,
      status: 'RJCT',
      reason,
      instructingAgent: this.tonle,
      instructedAgent: this.agent,
    };
  }

  /** No such payment: no status, reason AG09. */
  notFound(request: StatusRequest, at: number): Status {
    return {
      kind: 'status',
      messageId: this.id(at),
      createdAt: isoTime(at),
      originalMessageId: request.originalMessageId,
      originalMessageName: request.originalMessageName,
      originalEndToEndId: request.originalEndToEndId,
      originalUetr: request.originalUetr,
      reason: 'AG09',
      instructingAgent: this.tonle,
      instructedAgent: this.agent,
    };
  }

  /** admi.002: the first finding in its own elements where these have room, and all findings, a line each, in its data. */
  unreadable(errors: readonly IsoError[], at: number): Rejection {
    const [first] = errors;
    const findings = linesUpTo(errors.map(({ path, detail }) => oneLine(`${path} ${detail}`)));
    const location = oneLine(first?.path ?? '');
    const description = oneLine(first?.detail ?? '');
    return {
      kind: 'rejection',
      relatedReference: 'NOTREAD',
      reason: 'FF01',
      rejectedAt: isoTime(at),
      ...(hasRoom(location) && { location }),
      ...(hasRoom(description) && { description }),
      ...(findings !== '' && { findings }),
    };
  }

  /** The day's statement of Tonle's account at the network: DBIT is what was paid out for it, CRDT what was collected. */
  statement(day: string, lines: readonly BookedEntry[], at: number): string {
    const { currency, versions } = this.scheme;
    const start = this.dayStart(day);
    const net = lines.reduce((sum, line) => sum + (line.credit ? line.minor : -line.minor), 0n);
    const closing = {
      type: 'CLBD',
      amount: amount(currency, magnitude(net)),
      credit: net >= 0n,
      date: day,
    };
    const opening = { type: 'OPBD', amount: amount(currency, 0n), credit: true, date: day };
    return this.write(
      {
        kind: 'statement',
        messageId: `STM${day.replaceAll('-', '')}${at}`,
        createdAt: isoTime(at),
        statementId: `TONLE-${currency}-${day}`,
        account: { id: `TONLE-${currency}`, currency },
        from: this.localTime(start),
        to: this.localTime(start + 86_400_000 - 1),
        balances: [opening, closing],
        entryCount: lines.length,
        entries: lines.map((line) => entryOf(line, day)),
      },
      versions.statement,
      at,
    );
  }

  private nameOf(family: Family): string {
    const { versions } = this.scheme;
    return family === 'pacs.004' ? versions.return : versions.payment;
  }

  /** An instant in local time, with its offset. */
  localTime(at: number): string {
    const { utcOffsetMinutes } = this.scheme;
    const offset = Math.abs(utcOffsetMinutes);
    const digits = (value: number): string => String(value).padStart(2, '0');
    const sign = utcOffsetMinutes < 0 ? '-' : '+';
    const local = isoTime(at + utcOffsetMinutes * MINUTE_MS).slice(0, -1);
    return `${local}${sign}${digits(Math.floor(offset / 60))}:${digits(offset % 60)}`;
  }
}

const hasRoom = (text: string): boolean => text !== '' && [...text].length <= TEXT_MAX;
const oneLine = (text: string): string => plainText(text, FINDINGS_MAX).trim();

/** Whole lines, as many as there is room for; the last says how many there are besides. */
function linesUpTo(lines: readonly string[]): string {
  const shown: string[] = [];
  let left = FINDINGS_MAX - MORE_MAX;
  for (const line of lines) {
    left -= [...line].length + 1;
    if (left < 0) return [...shown, `and ${lines.length - shown.length} more`].join('\n');
    shown.push(line);
  }
  return shown.join('\n');
}

/** As statements and notifications have it. */
export function entryOf(line: BookedEntry, day: string): Statement['entries'][number] {
  return {
    reference: line.reference,
    amount: amount(line.currency, line.minor),
    credit: line.credit,
    status: 'BOOK',
    bookedAt: isoTime(line.at),
    valueDate: day,
    servicerReference: line.reference,
    transactions: [
      {
        endToEndId: line.endToEndId,
        transactionId: line.transactionId,
        uetr: line.refundOf ?? line.uetr,
        instructionId: line.messageId,
        amount: amount(line.currency, line.minor),
        ...(line.refundOf !== undefined && { returnReason: 'MD06' }),
      },
    ],
  };
}
