import {
  auditDayOf,
  auditHead,
  counted,
  spanLine,
  verifyExport,
  type AuditEntry,
  type AuditHead,
  type ExportLine,
} from '@tonle/contracts';
import { z } from 'zod';
import type { CommandContext } from './command-context.js';
import { UsageError, type GatewayClient } from './gateway-client.js';
import { readGiven } from './given-file.js';
import { show, table } from './output.js';

const OPERATOR = 'OPERATOR';
const PATH = '/v1/ops/audit-log';
const PAGE = 500;
const DAY_MS = 86_400_000;

export interface AuditLogOptions {
  readonly day: string;
  readonly until?: string;
  readonly service?: string;
}

/** `tonle audit log show`: what was done on a day, in all services, in the order of time. */
export async function runAuditLogShow(
  { output, gateway }: CommandContext,
  options: AuditLogOptions,
): Promise<number> {
  const entries = await entriesOf(gateway(OPERATOR), options);
  if (output.json) {
    for (const entry of entries) output.out(JSON.stringify(entry));
    return 0;
  }
  const rows = [...entries]
    .sort((a, b) => (a.at < b.at ? -1 : 1))
    .map(({ at, service, number, actor, action, object, reason = '' }) => [
      at,
      `${service} ${number}`,
      actor.name,
      action,
      object,
      reason,
    ]);
  output.out(rows.length === 0 ? 'Nothing was done.' : table(rows));
  return 0;
}

/** `tonle audit log heads`: where each service's log stands, to be kept where nobody of the switch can write. */
export async function runAuditLogHeads(
  { output, gateway }: CommandContext,
  { day }: { readonly day?: string },
): Promise<number> {
  const heads = await headsOf(gateway(OPERATOR), day);
  show(output, { heads }, () =>
    table(heads.map(({ service, day: of, number, hash }) => [service, of, String(number), hash])),
  );
  return 0;
}

/** `tonle audit log export`: one JSON object a line, which `verify` checks without the switch. */
export async function runAuditLogExport(
  { output, gateway }: CommandContext,
  options: AuditLogOptions,
): Promise<number> {
  const asked = gateway(OPERATOR);
  const since = await headsOf(asked, dayBefore(options.day));
  const until = await headsOf(asked, options.until ?? options.day);
  const entries = await entriesOf(asked, options);
  for (const end of until) {
    const { service, number } = end;
    const begin = since.find((head) => head.service === service);
    if (begin === undefined || (options.service ?? service) !== service) continue;
    output.out(spanLine({ service, since: begin, until: end }));
    // What came after its head was asked for belongs to a later export.
    const own = entries.filter((entry) => entry.service === service && entry.number <= number);
    for (const entry of own) output.out(JSON.stringify(entry));
  }
  return 0;
}

/** `tonle audit log verify`: exit 1 when an export is not what the switch wrote. */
export function runAuditLogVerify(
  { output }: CommandContext,
  files: readonly string[],
  { heads, service: only }: { readonly heads?: readonly string[]; readonly service?: string },
): number {
  const kept = (heads ?? [])
    .flatMap((file) => linesOf(file).flatMap(readHeads))
    .filter(({ service }) => service === (only ?? service));
  const { stretches, faults } = verifyExport(files.flatMap(linesOf), kept);
  const logs = stretches.map(({ span: { service, since, until }, entries }) => ({
    service,
    since: since.day,
    until: until.day,
    first: since.number + 1,
    last: until.number,
    entries,
  }));
  show(output, { sound: faults.length === 0, logs, faults }, () =>
    [
      ...logs.map(
        ({ service, until, first, last, entries }) =>
          `${service}, up to ${until}: ${entries === 0 ? 'nothing was done' : `${counted(entries, 'entry', 'entries')}, ${first} to ${last}`}`,
      ),
      ...faults.map(({ where, what }) => `${where}: ${what}`),
      faults.length === 0
        ? 'Nothing was altered, taken out, put in or moved.'
        : `${counted(faults.length, 'fault')}.`,
    ].join('\n'),
  );
  return faults.length === 0 ? 0 : 1;
}

async function entriesOf(gateway: GatewayClient, options: AuditLogOptions): Promise<AuditEntry[]> {
  const all: AuditEntry[] = [];
  for (let cursor: string | undefined; ;) {
    const asked = { ...options, cursor, limit: String(PAGE) };
    const query = new URLSearchParams(
      Object.entries(asked).filter(([, value]) => value !== undefined) as [string, string][],
    );
    const page = await gateway.ask<{ entries: AuditEntry[]; next?: string }>(
      'GET',
      `${PATH}?${query.toString()}`,
    );
    all.push(...page.entries);
    if (page.next === undefined) return all;
    cursor = page.next;
  }
}

async function headsOf(gateway: GatewayClient, day: string | undefined): Promise<AuditHead[]> {
  const query = day === undefined ? '' : `?day=${encodeURIComponent(day)}`;
  return (await gateway.ask<{ heads: AuditHead[] }>('GET', `${PATH}/heads${query}`)).heads;
}

function linesOf(file: string): ExportLine[] {
  return readGiven(file)
    .toString('utf8')
    .split('\n')
    .map((text, index) => ({ where: `${file}:${index + 1}`, text }))
    .filter(({ text }) => text.trim() !== '');
}

const keptHeads = z.object({ heads: z.array(auditHead) });

function readHeads({ where, text }: ExportLine): AuditHead[] {
  try {
    return keptHeads.parse(JSON.parse(text)).heads;
  } catch {
    throw new UsageError(`${where} has no heads; keep what \`tonle --json audit log heads\` says.`);
  }
}

function dayBefore(day: string): string {
  const noon = Date.parse(`${day}T12:00:00+07:00`);
  if (Number.isNaN(noon)) throw new UsageError(`"${day}" is not a valid day; write 2026-11-28.`);
  return auditDayOf(noon - DAY_MS);
}
