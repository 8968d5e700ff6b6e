import type { ClearingCycle, StatementBatch } from '@tonle/contracts';
import type { ReadFile, SettledDay } from '@tonle/network';

// What Alipay+ settles: its clearing cycles as their transactions make them, and the settlement files that pay for one or several.

export type AlipayRole = 'acquirer' | 'wallet';

type FileRecord = ReadFile['records'][number];
type Cycle = SettledDay['cycles'][number];
type Batch = SettledDay['batches'][number];

/** Of the acquirer what payments come to is paid to us; of the wallet we pay it. */
const SIGN: Readonly<Record<AlipayRole, bigint>> = { acquirer: 1n, wallet: -1n };

/** A settlement of a cycle settles what its transactions come to; cycles of other days are looked at where they are kept. */
export function untied(files: readonly ReadFile[], role: AlipayRole): string | undefined {
  const items = files.filter(({ kind }) => kind === `${role} transactionItems`);
  const settled = files.filter(({ kind }) => kind === `${role} settlement`).flatMap(({ records }) => records);
  for (const batch of new Set(items.map(batchOf))) {
    const rows = settled.filter(({ clearingBatchId }) => clearingBatchId === batch);
    if (rows.length === 0) continue;
    const own = items.filter((each) => batchOf(each) === batch).flatMap(({ records }) => records);
    const count = total(rows.map(({ transactionCount }) => transactionCount));
    const told = `${count} for ${total(rows.map(({ settlementAmountValue }) => settlementAmountValue))}`;
    const come = `${own.length} for ${total(own.map(signed))}`;
    if (told !== come)
      return `the settlement of ${role} cycle ${batch} has ${told}, and its transactions are ${come}; ask the network for the files again`;
  }
  return undefined;
}

/** Cycles and batches of a day, from our side; `accounts`: the ids that Alipay+ knows us by. Throws when a date is none. */
export function settledBy(
  files: readonly ReadFile[],
  day: string,
  accounts: Readonly<Record<AlipayRole, string>>,
): SettledDay {
  const roles = ['acquirer', 'wallet'] as const;
  return {
    cycles: roles.flatMap((role) =>
      grouped(files, `${role} transactionItems`, batchOf).map((own) =>
        cycleOf(own, day, role, accounts[role]),
      ),
    ),
    batches: roles.flatMap((role) =>
      grouped(files, `${role} settlement`, ({ file }) => file.series).map((own) =>
        batchIn(own, role, accounts[role]),
      ),
    ),
  };
}

function cycleOf(files: readonly ReadFile[], day: string, role: AlipayRole, account: string): Cycle {
  const records = files.flatMap((file) => file.records);
  const [first] = files;
  return {
    ...{ cycleId: batchOf(first!), account, currency: currencyOf(first!), day, count: records.length },
    netMinor: (SIGN[role] * total(records.map(signed))).toString(),
    ...feeOf(records, currencyOf(first!)),
  };
}

function batchIn(files: readonly ReadFile[], role: AlipayRole, account: string): Batch {
  const [first] = files;
  const currency = currencyOf(first!);
  const [, batchId = '', agreement] = first!.file.series.split('_');
  const rows = Map.groupBy(
    files.flatMap(({ records }) => records),
    ({ clearingBatchId = '' }) => clearingBatchId,
  );
  const cycles: ClearingCycle[] = [...rows].map(([cycleId, own]) => {
    const cleared = oneDate(own, 'clearingDate', batchId);
    return {
      ...{ cycleId, account, ...(cleared !== undefined && { day: cleared }) },
      count: Number.parseInt(total(own.map(({ transactionCount }) => transactionCount)).toString(), 10),
      netMinor: (
        SIGN[role] * total(own.map(({ settlementAmountValue }) => settlementAmountValue))
      ).toString(),
      ...feeOf(own, currency),
    };
  });
  const summaries = files.flatMap(({ summary }) => (summary === undefined ? [] : [summary]));
  const valueDate = oneDate(summaries, 'valueDate', batchId);
  const batch: StatementBatch = {
    ...{ batchId, account, reference: batchId, ...(agreement !== undefined && { agreement }) },
    ...(valueDate !== undefined && { valueDate }),
    netMinor: (
      SIGN[role] * total(summaries.map(({ netSettlementAmountValue }) => netSettlementAmountValue))
    ).toString(),
    cycles,
  };
  return { ...batch, currency };
}

/** What is taken in the currency of the settlement; nothing where no record tells it. */
function feeOf(records: readonly FileRecord[], currency: string): Pick<ClearingCycle, 'feeMinor'> {
  const fees = records.flatMap(({ feeAmountValue, feeCurrency = currency }) =>
    feeAmountValue !== undefined && feeCurrency === currency ? [feeAmountValue] : [],
  );
  return fees.length === 0 ? {} : { feeMinor: total(fees).toString() };
}

/** The date that all of them have; undefined when none has one. */
function oneDate(records: readonly FileRecord[], column: string, batch: string): string | undefined {
  const dates = new Set(
    records.flatMap((record) => {
      const text = record[column];
      return text === undefined ? [] : [dateOf(text, column)];
    }),
  );
  if (dates.size > 1)
    throw new Error(
      `settlement ${batch} has ${dates.size} dates as ${column}; ask the network for the file again`,
    );
  return [...dates][0];
}

const DATE = /^(\d{4})-?(\d{2})-?(\d{2})$/;

/** Written with dashes or without. */
function dateOf(text: string, column: string): string {
  const date = text.replace(DATE, '$1-$2-$3');
  const at = Date.parse(`${date}T00:00:00Z`);
  if (Number.isNaN(at) || new Date(at).toISOString().slice(0, 10) !== date)
    throw new Error(`${column} is ${JSON.stringify(text.slice(0, 40))}, which is no date; ask the network`);
  return date;
}

function grouped(
  files: readonly ReadFile[],
  kind: string,
  by: (file: ReadFile) => string,
): readonly (readonly ReadFile[])[] {
  const own = files.filter((file) => file.kind === kind);
  return [...Map.groupBy(own, (file) => `${file.file.currency} ${by(file)}`).values()];
}

const batchOf = ({ file: { series } }: ReadFile): string => series.split('_')[1] ?? '';
const currencyOf = ({ file: { currency = '' } }: ReadFile): string => currency;

function signed({ transactionType, settlementAmountValue = '0' }: FileRecord): string {
  return transactionType === 'PAYMENT' ? settlementAmountValue : `-${settlementAmountValue}`;
}

function total(minors: readonly (string | undefined)[]): bigint {
  return minors.reduce((sum, minor = '0') => sum + BigInt(minor), 0n);
}
