import type { Notification } from '@tonle/iso20022';
import { amount, formatAmount } from '@tonle/money';
import { z } from 'zod';
import { readBody } from '../../kit/body.js';
import { json, type HttpCall, type HttpOutcome } from '../../kit/listener.js';
import type { BookedEntry } from './books.js';
import type { SendingParts } from './delivery.js';
import { entryOf, isoTime, XML } from './messages.js';

const DAY_MS = 86_400_000;
const TELL_MS = 10_000;
/** A round looks whether a day has ended. */
const ROUND_MS = 15_000;
/** After a stop the days of so long ago are told once more. */
const DAYS_BACK = 3;
const PAGE_LINES = 100;
/** The operation by which faults name it. */
export const NOTIFY = 'notify.camt.054';

/** What `POST /control/<network>/notify` takes: by default today, of which nothing more comes then. */
const notifyRequest = z.strictObject({ day: z.iso.date().optional() });

/** Tells Tonle what was booked on a day: pages of a camt.054, each the same however often it is sent. */
export class Notifications {
  private readonly told = new Set<string>();
  private stopped = false;

  constructor(private readonly parts: SendingParts) {}

  /** By the control API: tells of a day, whether it has ended or not. */
  async notify(call: HttpCall): Promise<HttpOutcome> {
    const body = readBody(call, notifyRequest);
    if (body.kind === 'refused') return body.reply;
    const { messages, clock } = this.parts;
    const day = body.value.day ?? messages.localDay(clock.now());
    const { pages, taken } = await this.tell(day);
    this.told.add(day);
    return json(200, { day, pages, taken });
  }

  /** Tells of each day when it has ended, again until it is taken. */
  async run(): Promise<void> {
    const { pause } = this.parts;
    while (!this.stopped) {
      for (const day of this.ended().filter((each) => !this.told.has(each)))
        if ((await this.tell(day)).taken) this.told.add(day);
      await pause(ROUND_MS);
    }
  }

  stop(): void {
    this.stopped = true;
  }

  private ended(): string[] {
    const { messages, clock } = this.parts;
    const today = messages.dayStart(messages.localDay(clock.now()));
    return Array.from({ length: DAYS_BACK }, (_, index) =>
      messages.localDay(today - (DAYS_BACK - index) * DAY_MS),
    );
  }

  private async tell(day: string): Promise<{ pages: number; taken: boolean }> {
    const { messages, books } = this.parts;
    await books.settled();
    const from = messages.dayStart(day);
    const lines = books.statement(from, from + DAY_MS);
    const pages = lines.length === 0 ? [[]] : chunks(lines);
    let taken = true;
    for (const [index, page] of pages.entries())
      taken = (await this.send(day, page, { number: index + 1, last: index === pages.length - 1 })) && taken;
    return { pages: pages.length, taken };
  }

  private async send(
    day: string,
    lines: readonly BookedEntry[],
    page: { readonly number: number; readonly last: boolean },
  ): Promise<boolean> {
    const { scheme, messages, wire, clock, faults, pause } = this.parts;
    const fault = faults.pick(scheme.id, NOTIFY, { reference: `${day}/${page.number}` });
    if (fault?.fault === 'delay') await pause(fault.delayMs ?? 1000);
    if (fault?.fault === 'timeout_before') return false;
    const notification = this.page(day, lines, page);
    const spoilt = fault?.fault === 'wrong_amount' ? { ...notification, entrySum: '0.01' } : notification;
    const post = () => {
      const text = messages.write(spoilt, scheme.versions.statement, clock.now());
      return wire.post('/iso20022/camt.054', XML, text, TELL_MS);
    };
    const answer = await post();
    if (fault?.fault === 'duplicate') await post();
    // What it refuses it does not take when it comes again.
    return answer.kind === 'answered' && answer.status < 500;
  }

  /** Says the same whenever it is made: what is told twice is known again. */
  private page(
    day: string,
    lines: readonly BookedEntry[],
    page: { readonly number: number; readonly last: boolean },
  ): Notification {
    const { scheme, messages } = this.parts;
    const { currency } = scheme;
    const from = messages.dayStart(day);
    const id = `${scheme.mark}N${day.replaceAll('-', '')}`;
    const sum = amount(
      currency,
      lines.reduce((total, { minor }) => total + minor, 0n),
    );
    return {
      kind: 'notification',
      messageId: `${id}P${page.number}`,
      createdAt: isoTime(lines.at(-1)?.at ?? from),
      notificationId: id,
      account: { id: `TONLE-${currency}`, currency },
      from: messages.localTime(from),
      to: messages.localTime(from + DAY_MS - 1),
      entryCount: lines.length,
      entrySum: formatAmount(sum),
      page: { number: String(page.number), last: page.last },
      entries: lines.map((line) => entryOf(line, day)),
    };
  }
}

function chunks(lines: readonly BookedEntry[]): (readonly BookedEntry[])[] {
  const count = Math.ceil(lines.length / PAGE_LINES);
  return Array.from({ length: count }, (_, index) =>
    lines.slice(index * PAGE_LINES, (index + 1) * PAGE_LINES),
  );
}
