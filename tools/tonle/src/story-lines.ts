import { printableValue } from '@tonle/contracts';
import { list, showAmount, table, type ShownAmount } from './output.js';

/** One entry of a story, as the API has it. */
export interface ShownEntry {
  readonly id: string;
  readonly at: string;
  readonly service: string;
  readonly kind: string;
  readonly words: string;
  readonly facts?: Readonly<Record<string, string>>;
  readonly amount?: ShownAmount;
  readonly message?: {
    readonly file: string;
    readonly sha256: string;
    readonly size: number;
    readonly headers?: Readonly<Record<string, string>>;
  };
}

export interface ShownStory {
  readonly paymentId: string;
  readonly payment?: {
    readonly uetr: string;
    readonly state: string;
    readonly isoStatus: string;
    readonly reason?: string;
    readonly corridor: string;
    readonly direction: string;
    readonly sender: string;
    readonly source: ShownAmount;
    readonly target: ShownAmount;
    readonly receivedAt: string;
  };
  readonly entries: readonly ShownEntry[];
  readonly incomplete: readonly string[];
  readonly cut: readonly string[];
  readonly next?: string;
}

const MARKS: Readonly<Record<string, string>> = {
  message_in: '<-',
  message_out: '->',
  state: '==',
  transfer: '$',
  timer: '@',
  enquiry: '?',
  notice: '!',
  deed: '#',
  trouble: '!!',
};
const DAY_MS = 86_400_000;

/** A story for people: when, who, what, line by line, and below a message its bytes when they are given. */
export function storyText(story: ShownStory, bytesOf?: (file: string) => Uint8Array | undefined): string {
  const { payment, entries, incomplete, cut } = story;
  const began = Date.parse(payment?.receivedAt ?? entries[0]?.at ?? '');
  const lines = table(
    entries.map((entry) => [
      `  ${sinceText(Date.parse(entry.at) - began)}`,
      entry.service,
      MARKS[entry.kind] ?? '',
      whatText(entry),
    ]),
    [0],
  ).split('\n');
  return [
    headText(story),
    ...incomplete.map((name) => `  ${printableValue(name)} does not answer: what it knows is not shown`),
    ...cut.map((name) => `  ${printableValue(name)} knows more than is shown`),
    ...entries.flatMap((entry, index) => [lines[index]!, ...bytesText(entry, bytesOf)]),
  ].join('\n');
}

function headText({ paymentId, payment }: ShownStory): string {
  if (payment === undefined) return printableValue(paymentId);
  const { state, isoStatus, reason, corridor, direction, sender, source, target, uetr, receivedAt } = payment;
  return [
    printableValue(`${paymentId}  ${state} (${isoStatus}${reason === undefined ? '' : `, ${reason}`})`),
    list([
      ['uetr', uetr],
      ['corridor', `${corridor} ${direction}`],
      ['from', `${sender}  ${showAmount(source)}`],
      ['to', showAmount(target)],
      ['received', receivedAt],
    ]),
  ].join('\n');
}

function whatText({ words, kind, facts = {}, amount, message }: ShownEntry): string {
  const to = kind === 'state' || (kind === 'timer' && facts['to'] !== undefined) ? facts['to'] : undefined;
  return [
    to === undefined ? words : `${to}: ${words}`,
    ...(amount === undefined ? [] : [showAmount(amount)]),
    ...(message === undefined ? [] : [`(${message.size} bytes, sha256 ${message.sha256.slice(0, 12)})`]),
    ...(facts['reasonText'] === undefined ? [] : [`"${facts['reasonText']}"`]),
  ].join('  ');
}

/** `+1.042 s`, and for what is long `+2 d 03:00:07`. */
function sinceText(ms: number): string {
  const sign = ms < 0 ? '-' : '+';
  const distance = Math.abs(ms);
  if (distance < 600_000) return `${sign}${(distance / 1_000).toFixed(3)} s`;
  const clock = new Date(distance % DAY_MS).toISOString().slice(11, 19);
  const days = Math.floor(distance / DAY_MS);
  return days === 0 ? `${sign}${clock}` : `${sign}${days} d ${clock}`;
}

/** The bytes as text; what is none is shown as `\uXXXX`, and every line stands behind a bar. */
function bytesText(
  { message }: ShownEntry,
  bytesOf: ((file: string) => Uint8Array | undefined) | undefined,
): string[] {
  if (message === undefined || bytesOf === undefined) return [];
  const bytes = bytesOf(message.file);
  const text = bytes === undefined ? 'its bytes cannot be had' : new TextDecoder().decode(bytes);
  const headers = Object.entries(message.headers ?? {}).map(([name, value]) => `${name}: ${value}`);
  return [...headers, ...text.split('\n')].map(
    (line) => `      | ${printableValue(line.replace(/\r$/, ''))}`,
  );
}
