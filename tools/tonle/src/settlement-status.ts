import { counted } from '@tonle/contracts';
import type { GatewayClient } from './gateway-client.js';
import { showAmount, type ShownAmount } from './output.js';

interface BankAccount {
  readonly bank: string;
  readonly currency: string;
  readonly link: string;
  readonly silentSince?: string;
  readonly missing: readonly { readonly day: string }[];
  readonly unanswered: readonly { readonly messageId: string }[];
  readonly suspense: { readonly items: number; readonly amount: ShownAmount };
}

interface Window {
  readonly state: string;
  readonly payments: number;
  readonly settlementMode: string;
}

/** How settlement stands, as far as people have to see to it. */
export interface SettlementStatus {
  readonly banks: readonly BankAccount[];
  readonly windows: readonly Window[];
  readonly entries: readonly { readonly state: string }[];
  readonly copiedUpTo?: string;
  readonly differences: readonly string[];
}

/** What settlement is asked about, at once. */
export async function settlementOf(asked: GatewayClient): Promise<SettlementStatus> {
  const [{ accounts: banks }, netted, failed, { entries }, copy] = await Promise.all([
    asked.ask<{ accounts: readonly BankAccount[] }>('GET', '/v1/ops/banks'),
    asked.ask<{ windows: readonly Window[] }>('GET', '/v1/ops/windows?state=NETTED'),
    asked.ask<{ windows: readonly Window[] }>('GET', '/v1/ops/windows?state=FAILED'),
    asked.ask<{ entries: readonly { state: string }[] }>('GET', '/v1/ops/ledger/entries'),
    asked.ask<{ copiedUpTo?: string; differences: readonly string[] }>('GET', '/v1/ops/ledger/copy'),
  ]);
  return { banks, entries, windows: [...netted.windows, ...failed.windows], ...copy };
}

/** Windows that wait for people: nets that nobody has proposed or approved, and what has failed. A gross window waits for its rail. */
const waitingOf = ({ windows }: SettlementStatus): readonly Window[] =>
  windows.filter(
    ({ state, payments, settlementMode }) =>
      state === 'FAILED' || (payments > 0 && settlementMode === 'DEFERRED_NET'),
  );

const refusedOf = ({ entries }: SettlementStatus): number =>
  entries.filter(({ state }) => state === 'refused').length;

/** An instruction that its bank has not answered yet is on its way: it needs nobody. */
const needsPeople = ({ link, missing, suspense }: BankAccount): boolean =>
  link === 'silent' || missing.length > 0 || suspense.items > 0;

const banksToShow = ({ banks }: SettlementStatus): readonly BankAccount[] =>
  banks.filter((each) => needsPeople(each) || each.unanswered.length > 0);

/** How many things of settlement need people. */
export function settlementNeeds(status: SettlementStatus): number {
  const banks = status.banks.filter(needsPeople);
  return banks.length + waitingOf(status).length + refusedOf(status) + status.differences.length;
}

/** Rows of `tonle ops status`, each with where to look. */
export function settlementRows(status: SettlementStatus, again: string): [string, string][] {
  const shown = banksToShow(status);
  const waiting = waitingOf(status);
  const failed = waiting.filter(({ state }) => state === 'FAILED').length;
  const refused = refusedOf(status);
  const due = status.entries.length - refused;
  return [
    ...(shown.length === 0
      ? [['banks', status.banks.length === 0 ? 'none' : 'nothing is missing'] as [string, string]]
      : shown.map((each): [string, string] => ['bank', `${bankWords(each)}: ${again} settlement banks`])),
    [
      'windows that wait',
      waiting.length === 0
        ? 'none'
        : `${waiting.length}${failed === 0 ? '' : ` (${failed} FAILED)`}: ${again} settlement windows`,
    ],
    [
      'ledger entries',
      status.entries.length === 0
        ? 'all booked'
        : `${due} due${refused === 0 ? '' : `, ${refused} REFUSED`}: ${again} ledger entries`,
    ],
    [
      'ledger copy',
      [
        status.copiedUpTo === undefined ? 'nothing yet' : `known up to ${status.copiedUpTo}`,
        ...(status.differences.length === 0 ? [] : [`DIFFERS: ${again} ledger copy`]),
      ].join(', '),
    ],
  ];
}

function bankWords(each: BankAccount): string {
  const { bank, currency, link, silentSince = '?', missing, unanswered, suspense } = each;
  return [
    `${bank} ${currency}`,
    ...(link === 'silent' ? [`silent since ${silentSince}`] : []),
    ...(missing.length === 0 ? [] : [`no statement of ${missing.map(({ day }) => day).join(', ')}`]),
    ...(unanswered.length === 0 ? [] : [`${counted(unanswered.length, 'instruction')} not answered`]),
    ...(suspense.items === 0
      ? []
      : [`${counted(suspense.items, 'item')} in suspense, ${showAmount(suspense.amount)}`]),
  ].join(', ');
}
