import { createHash } from 'node:crypto';
import { closePeriod } from './closing.js';
import type { Desk } from './desk.js';

/** A month that was closed, opened again by several people, and closed again. */
export interface PlayedMonth {
  readonly month: string;
  readonly invoices: readonly string[];
  /** SHA-256 of its reports, the first first. */
  readonly reports: readonly string[];
  /** What was tried on the closed month, and as what it was refused. */
  readonly refused: Readonly<Record<string, string>>;
}

interface KeptReport {
  readonly version: number;
  readonly report: string;
  readonly sha256: string;
}

/** Closes the month that ends with a closed day, proves that it is locked, opens it again and closes it again. */
export async function playMonth(desk: Desk, lastDay: string): Promise<PlayedMonth> {
  const month = lastDay.slice(0, 7);
  const { numbers: invoices } = await desk.until(`the invoices of ${month}`, () =>
    desk.post<{ numbers: string[] }>('/v1/ops/invoices', { month, reason: 'month end' }),
  );
  const first = await closePeriod(desk, month);
  const refused = await triedOn(desk, month, lastDay);
  await reopen(desk, month);
  const second = await closePeriod(desk, month);
  const kept = [await reportOf(desk, month, 1), await reportOf(desk, month, 2)];
  const reports = kept.map(({ sha256 }) => sha256);
  if (reports.join() !== [first.sha256, second.sha256].join())
    throw new Error(`the reports of ${month} are not those that it was closed with`);
  const [older, newer] = kept.map(
    ({ report }) => JSON.parse(report) as { version: number; previous: string },
  );
  if (newer!.version !== 2 || older!.version !== 1 || newer!.previous !== older!.previous)
    throw new Error(`the second report of ${month} does not stand in the place of the first`);
  return { month, invoices, reports, refused };
}

/** What may not be done to a closed month. */
async function triedOn(desk: Desk, month: string, day: string): Promise<Record<string, string>> {
  const reason = 'to see that it is locked';
  const rate = { day, sourceCurrency: 'THB', targetCurrency: 'KHR', rate: '122.35' };
  const tries: Readonly<Record<string, readonly [path: string, body: Record<string, unknown>]>> = {
    'closing it again': [`/v1/ops/close/${month}`, { reason }],
    'opening its last day': [`/v1/ops/close/${day}/reopening`, { reason }],
    'another reference rate': ['/v1/ops/reference-rates', { ...rate, reason }],
    'signing a step': [`/v1/ops/close/${month}/steps/reconciled`, { finding: '0'.repeat(64), reason }],
  };
  const refused: Record<string, string> = {};
  for (const [what, [path, body]] of Object.entries(tries))
    refused[what] = (await desk.refused(path, body)).code;
  return refused;
}

/** One proposes it, two others approve. */
async function reopen(desk: Desk, month: string): Promise<void> {
  const asked = { reason: 'an invoice was asked about' };
  const { approvalId, approvalsRequired } = await desk.post<{
    approvalId: string;
    approvalsRequired: number;
  }>(`/v1/ops/close/${month}/reopening`, asked);
  if (approvalsRequired < 2) throw new Error(`${month} is opened again by ${approvalsRequired} approval`);
  await desk.approve(approvalId);
  const { state } = await desk.get<{ state: string }>(`/v1/ops/close/${month}`);
  if (state !== 'open') throw new Error(`${month} is ${state} after it was opened again`);
}

/** A report as it was kept. Rejects when it is not what its hash says. */
async function reportOf(desk: Desk, month: string, version: number): Promise<KeptReport> {
  const found = await desk.get<KeptReport>(`/v1/ops/close/${month}/report?version=${version}`);
  if (createHash('sha256').update(found.report).digest('hex') !== found.sha256)
    throw new Error(`version ${version} of the report of ${month} is not what its hash says`);
  return found;
}
