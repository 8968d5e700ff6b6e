import { z } from 'zod';
import {
  auditEntry,
  auditHead,
  canonicalJson,
  hashOfEntry,
  type AuditEntry,
  type AuditHead,
} from './audit-log.js';

// Needs no switch: what an export says is checked against itself, and against heads that were kept elsewhere.

/** The line before the entries of a service in an export: between which two heads they lie. */
export const auditSpan = z.strictObject({
  log: z.strictObject({ service: z.string(), since: auditHead, until: auditHead }),
  hash: z.string(),
});
export type AuditSpan = z.infer<typeof auditSpan>['log'];

/** A line of an export, and where it stands: `day.ndjson:12`. */
export interface ExportLine {
  readonly where: string;
  readonly text: string;
}

export interface AuditFault {
  readonly where: string;
  readonly what: string;
}

/** A stretch of one service's log as an export has it. */
interface Stretch {
  readonly where: string;
  readonly span: AuditSpan;
  readonly rows: { readonly where: string; readonly entry: AuditEntry }[];
}

export interface VerifiedLog {
  readonly stretches: readonly { readonly span: AuditSpan; readonly entries: number }[];
  readonly faults: readonly AuditFault[];
}

/** The first line of a service's entries in an export. */
export const spanLine = (log: AuditSpan): string => canonicalJson({ log, hash: hashOfEntry(log) });

/** Finds entries that were altered, taken out, put in or moved, and ends that were cut off. `kept`: heads from elsewhere. */
export function verifyExport(lines: readonly ExportLine[], kept: readonly AuditHead[] = []): VerifiedLog {
  const { stretches, faults } = readStretches(lines);
  for (const [index, stretch] of stretches.entries()) {
    faults.push(...faultsOf(stretch), ...keptFaults(stretch, kept));
    const before = stretches.slice(0, index).findLast(({ span }) => span.service === stretch.span.service);
    if (before !== undefined) faults.push(...seamFaults(before, stretch));
  }
  if (stretches.length === 0) faults.push({ where: 'export', what: 'no log of any service is in it' });
  faults.push(...absentFaults(stretches, kept));
  return { stretches: stretches.map(({ span, rows }) => ({ span, entries: rows.length })), faults };
}

function readStretches(lines: readonly ExportLine[]): { stretches: Stretch[]; faults: AuditFault[] } {
  const stretches: Stretch[] = [];
  const faults: AuditFault[] = [];
  for (const { where, text } of lines) {
    const read = readLine(text);
    if (read === undefined) {
      faults.push({ where, what: 'is neither an entry nor the beginning of a log' });
    } else if (isSpan(read)) {
      stretches.push({ where, span: read.log, rows: [] });
      if (read.hash !== hashOfEntry(read.log))
        faults.push({ where, what: 'the beginning of a log was altered' });
    } else {
      const open = stretches.at(-1);
      if (open?.span.service === read.service) open.rows.push({ where, entry: read });
      else
        faults.push({ where, what: `${nameOf(read)} is not behind the beginning of the log of its service` });
    }
  }
  return { stretches, faults };
}

type SpanLine = z.infer<typeof auditSpan>;

const isSpan = (line: AuditEntry | SpanLine): line is SpanLine => !('number' in line);

function readLine(text: string): AuditEntry | SpanLine | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const span = auditSpan.safeParse(value);
    // As it was written: what the schema does not know is under the hash as well.
    if (span.success) return value as SpanLine;
    return auditEntry.safeParse(value).success ? (value as AuditEntry) : undefined;
  } catch {
    return undefined;
  }
}

const nameOf = ({ service, number }: Pick<AuditEntry, 'service' | 'number'>): string =>
  `entry ${number} of ${service}`;

function faultsOf({ where, span, rows }: Stretch): AuditFault[] {
  const faults: AuditFault[] = [];
  for (const [index, row] of rows.entries()) {
    const before = rows[index - 1]?.entry.number;
    if (before !== undefined && row.entry.number < before)
      faults.push({ where: row.where, what: `${nameOf(row.entry)} stands behind entry ${before}` });
  }
  const ordered = [...rows].sort((a, b) => a.entry.number - b.entry.number);
  let link: Link = span.since;
  for (const { where: at, entry } of ordered) {
    faults.push(...linkFaults(link, entry).map((what) => ({ where: at, what })));
    if (entry.number > link.number) link = entry;
  }
  return [...faults, ...endFaults(link, span.until).map((what) => ({ where, what }))];
}

type Link = Pick<AuditEntry, 'service' | 'number' | 'hash'>;

/** What is wrong with an entry that should come right behind `link`. */
export function linkFaults(link: Link, entry: AuditEntry): string[] {
  const faults: string[] = [];
  const name = nameOf(entry);
  if (entry.hash !== hashOfEntry(entry)) faults.push(`${name} was altered: its content has another hash`);
  if (entry.number <= link.number) faults.push(`${name} is there twice, or was put in`);
  else if (entry.number > link.number + 1) faults.push(missing(link, entry.number - 1));
  else if (entry.previous !== link.hash)
    faults.push(`${name} does not follow entry ${link.number}: one of the two was altered or put in`);
  return faults;
}

function missing({ service, number }: Pick<Link, 'service' | 'number'>, last: number): string {
  const first = number + 1;
  return first === last
    ? `entry ${first} of ${service} is missing`
    : `entries ${first} to ${last} of ${service} are missing`;
}

/** What is wrong with a log that ends with `last` and should end with `until`. */
export function endFaults(last: Link, until: Link): string[] {
  if (until.number > last.number) return [missing(last, until.number)];
  if (until.number < last.number)
    return [`${nameOf(last)} and those before it, from ${until.number + 1} on, were put in`];
  return until.hash === last.hash
    ? []
    : [`the log of ${last.service} does not end as it did with entry ${last.number}`];
}

function keptFaults({ where, span, rows }: Stretch, kept: readonly AuditHead[]): AuditFault[] {
  const here = kept.filter(
    ({ service, day }) => service === span.service && day >= span.since.day && day <= span.until.day,
  );
  return here.flatMap((head) => {
    const until = rows.map(({ entry }) => entry).filter(({ day }) => day <= head.day);
    const last = until.reduce<Link>((a, b) => (b.number > a.number ? b : a), span.since);
    if (last.number === head.number && last.hash === head.hash) return [];
    const told = `entry ${head.number} with hash ${head.hash.slice(0, 16)}...`;
    const what = `on ${head.day} the log of ${span.service} ended with ${told}, here it ends with entry ${last.number}`;
    return [{ where, what }];
  });
}

/** Logs of which nothing is here, though they had entries by a day that the other logs here tell of. */
function absentFaults(stretches: readonly Stretch[], kept: readonly AuditHead[]): AuditFault[] {
  const spans = stretches.map(({ span }) => span);
  const isTold = ({ day }: AuditHead): boolean =>
    spans.some(({ since, until }) => day > since.day && day <= until.day);
  const absent = kept.filter(
    (head) => head.number > 0 && isTold(head) && !spans.some(({ service }) => service === head.service),
  );
  return [...new Map(absent.map((head) => [head.service, head])).values()].map(
    ({ service, day, number }) => ({
      where: 'export',
      what: `the log of ${service} is missing, which on ${day} ended with entry ${number}`,
    }),
  );
}

function seamFaults(before: Stretch, { where, span }: Stretch): AuditFault[] {
  const { until } = before.span;
  if (until.number !== span.since.number || until.hash === span.since.hash) return [];
  return [
    {
      where,
      what: `the log of ${span.service} does not go on from entry ${until.number} of ${before.where}`,
    },
  ];
}
