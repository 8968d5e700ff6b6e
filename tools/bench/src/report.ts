import type { AttackFigures } from './attacks-bench.js';
import type { FuzzFigures } from './fuzz.js';
import type { Measured } from './measure.js';
import { FAST_XML_PARSER, OURS, type MessageFigures } from './messages-bench.js';

export interface Figures {
  readonly messages: MessageFigures;
  readonly codes: readonly Measured[];
  readonly attacks: AttackFigures;
  readonly fuzz?: FuzzFigures;
}

/** What was promised, and whether this run kept it. */
export interface Target {
  readonly what: string;
  readonly got: number;
  readonly limit: number;
  readonly kept: boolean;
}

const READ_US_MAX = 60;
const FASTER_MIN = 3;
const CODE_US_MAX = 15;
const ATTACK_MS_MAX = 50;
const GROWTH_KIB_MAX = 256;

export function targetsOf({ messages, codes, attacks, fuzz }: Figures): Target[] {
  const ours = medianOf(messages.read, OURS);
  const faster = medianOf(messages.read, FAST_XML_PARSER) / ours;
  const slowestCode = codes.at(-1)!.medianUs;
  return [
    atMost('us to read pacs.008.001.08', ours, READ_US_MAX),
    { what: 'times faster than fast-xml-parser', got: faster, limit: FASTER_MIN, kept: faster >= FASTER_MIN },
    atMost('us for the slowest QR code', slowestCode, CODE_US_MAX),
    atMost('attacks that were read', attacks.accepted.length, 0),
    atMost('ms for the slowest attack', attacks.slowest.medianMs, ATTACK_MS_MAX),
    atMost('KiB more memory after all attacks', attacks.growthKiB, GROWTH_KIB_MAX),
    ...(fuzz === undefined ? [] : [atMost('disagreements with libxml2', fuzz.disagreements, 0)]),
  ];
}

const atMost = (what: string, got: number, limit: number): Target => ({
  what,
  got,
  limit,
  kept: got <= limit,
});

const medianOf = (measured: readonly Measured[], contestant: string): number =>
  measured.find(({ name }) => name.startsWith(contestant))!.medianUs;

/** The figures for a reader; times are processor time, the median of the rounds. */
export function tableOf(figures: Figures): string[] {
  const { messages, codes, attacks, fuzz } = figures;
  const middle = codes[(codes.length - 1) >> 1]!;
  return [
    `pacs.008.001.08 of ${messages.bytes} bytes, read`,
    ...rows(messages.read),
    ...(messages.leftOut === undefined ? [] : [`  left out: ${messages.leftOut}`]),
    'the same message, written',
    ...rows(messages.write),
    `QR codes, read and checked (${codes.length} codes)`,
    row(`median code (${middle.name})`, us(middle.medianUs)),
    row(`slowest code (${codes.at(-1)!.name})`, us(codes.at(-1)!.medianUs)),
    'bodies that must be refused',
    row('refused', `${attacks.refused} of ${attacks.attacks}`),
    row(`slowest (${attacks.slowest.file})`, `${attacks.slowest.medianMs.toFixed(2)} ms`),
    row('slowest single reading of all', `${attacks.slowestOnceMs.toFixed(1)} ms`),
    row(`memory after ${attacks.repeats} times each`, `${attacks.growthKiB} KiB more`),
    ...attacks.accepted.map((file) => `  READ, not refused: ${file}`),
    ...(fuzz === undefined ? [] : fuzzRows(fuzz)),
    'targets',
    ...targetsOf(figures).map(({ what, got, limit, kept }) =>
      row(what, `${short(got)} (${short(limit)})${kept ? '' : ' MISSED'}`),
    ),
  ];
}

function fuzzRows({ mutants, seed, compared, verdicts, disagreements }: FuzzFigures): string[] {
  const counts = Object.entries(verdicts).filter(([, count]) => count > 0);
  return [
    `${mutants} mutated messages against libxml2, ${compared} (seeds from ${seed})`,
    ...counts.map(([verdict, count]) => row(verdict, `${count}`)),
    `disagreements: ${disagreements}`,
  ];
}

function rows(measured: readonly Measured[]): string[] {
  const ours = medianOf(measured, OURS);
  return measured.map(({ name, medianUs, bestUs, worstUs }) => {
    const ratio = name.startsWith(OURS) ? '' : `  ${(medianUs / ours).toFixed(2)} x ours`;
    return row(name, `${us(medianUs)} (${bestUs.toFixed(1)} to ${worstUs.toFixed(1)})${ratio}`);
  });
}

const NAME_WIDTH = 52;
const row = (name: string, text: string): string => `  ${name.padEnd(NAME_WIDTH)} ${text}`;
const us = (value: number): string => `${value.toFixed(1)} us`;
const short = (value: number): string => (Number.isInteger(value) ? `${value}` : value.toFixed(2));
