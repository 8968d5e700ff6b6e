import type { Problem } from '../mapping/shape.js';
import type { IsoAmount, IsoTree, IsoValue } from '../schema/tree.js';

/** Where each message's transactions and their amounts stand. */
const TRANSACTIONS: Readonly<
  Record<string, { readonly path: readonly string[]; readonly amount: readonly string[] }>
> = {
  'pacs.008': { path: ['CdtTrfTxInf'], amount: ['IntrBkSttlmAmt'] },
  'pacs.009': { path: ['CdtTrfTxInf'], amount: ['IntrBkSttlmAmt'] },
  'pacs.004': { path: ['TxInf'], amount: ['RtrdIntrBkSttlmAmt'] },
  'pain.001': { path: ['PmtInf', 'CdtTrfTxInf'], amount: ['Amt', 'InstdAmt'] },
  'pain.007': { path: ['OrgnlPmtInfAndRvsl', 'TxInf'], amount: ['RvsdInstdAmt'] },
};

const SCALE = 18;

/** Number of transactions, control sum and total agree with what is in the message. */
export function checkSums(version: string, content: IsoTree, problems: Problem[]): void {
  const place = TRANSACTIONS[version.slice(0, 8)];
  const header = content.GrpHdr as IsoTree | undefined;
  if (place === undefined || header === undefined) return;
  const found = place.path.reduce<readonly IsoTree[]>(
    (trees, name) => trees.flatMap((tree) => many(tree[name])),
    [content],
  );
  const total = found.map((tree) =>
    place.amount.reduce<IsoValue | undefined>((at, name) => (at as IsoTree | undefined)?.[name], tree),
  );
  const { NbOfTxs, CtrlSum, TtlIntrBkSttlmAmt, TtlRtrdIntrBkSttlmAmt } = header;
  if (NbOfTxs !== undefined && BigInt(NbOfTxs as string) !== BigInt(found.length)) {
    problems.push({
      code: 'count_mismatch',
      path: '/GrpHdr/NbOfTxs',
      detail: `there are ${found.length} transactions`,
    });
  }
  if (total.some((amount) => amount === undefined)) return;
  const sum = (total as readonly IsoAmount[]).reduce((all, { v }) => all + unscaled(v), 0n);
  if (CtrlSum !== undefined && unscaled(CtrlSum as string) !== sum) {
    problems.push({ code: 'sum_mismatch', path: '/GrpHdr/CtrlSum', detail: 'is not the sum of the amounts' });
  }
  for (const [name, given] of Object.entries({ TtlIntrBkSttlmAmt, TtlRtrdIntrBkSttlmAmt })) {
    if (given === undefined || unscaled((given as IsoAmount).v) === sum) continue;
    problems.push({ code: 'sum_mismatch', path: `/GrpHdr/${name}`, detail: 'is not the sum of the amounts' });
  }
}

function many(value: IsoValue | undefined): readonly IsoTree[] {
  if (value === undefined) return [];
  return (Array.isArray(value) ? value : [value]) as readonly IsoTree[];
}

/** A valid decimal as an integer of 10^-18. */
function unscaled(text: string): bigint {
  const negative = text.startsWith('-');
  const [whole = '', fraction = ''] = text.replace(/^[+-]/, '').split('.');
  const value = BigInt(`${whole}${fraction.padEnd(SCALE, '0')}` || '0');
  return negative ? -value : value;
}
