import { valueAt, type ValueProblem } from '../mapping/shape.js';
import type { IsoAmount, IsoPart, IsoTree, IsoValue } from '../schema/tree.js';

type Steps = readonly string[];

/** Figures and the transactions that they count: below each `of`, its own ones. */
interface Control {
  readonly of: Steps;
  readonly figures: Steps;
  readonly transactions: Steps;
  /** The amount of each, where sums are given. */
  readonly amount?: Steps;
}

const groupOf = (transactions: Steps, amount?: Steps, figures: Steps = ['GrpHdr']): Control => ({
  of: [],
  figures,
  transactions,
  ...(amount !== undefined && { amount }),
});

/** Every place where a message counts or adds up its own transactions. */
const CONTROLS: Readonly<Record<string, readonly Control[]>> = {
  'pacs.008': [groupOf(['CdtTrfTxInf'], ['IntrBkSttlmAmt'])],
  'pacs.009': [groupOf(['CdtTrfTxInf'], ['IntrBkSttlmAmt'])],
  'pacs.004': [groupOf(['TxInf'], ['RtrdIntrBkSttlmAmt'])],
  'pain.001': [
    groupOf(['PmtInf', 'CdtTrfTxInf'], ['Amt', 'InstdAmt']),
    { of: ['PmtInf'], figures: [], transactions: ['CdtTrfTxInf'], amount: ['Amt', 'InstdAmt'] },
  ],
  'pain.007': [
    groupOf(['OrgnlPmtInfAndRvsl', 'TxInf'], ['RvsdInstdAmt']),
    { of: ['OrgnlPmtInfAndRvsl'], figures: [], transactions: ['TxInf'], amount: ['RvsdInstdAmt'] },
  ],
  'camt.056': [groupOf(['Undrlyg', 'TxInf'], undefined, ['CtrlData'])],
};

const SCALE = 18;
const SUMS = ['CtrlSum', 'TtlIntrBkSttlmAmt', 'TtlRtrdIntrBkSttlmAmt'] as const;

/** Numbers of transactions, control sums and totals agree with what is in the message, wherever it is taken. */
export function checkSums({ version, tree }: IsoPart, problems: ValueProblem[]): void {
  const [root, content] = Object.entries(tree)[0] as [string, IsoTree];
  for (const control of CONTROLS[version.slice(0, 8)] ?? [])
    for (const { tree: owner, path } of treesAt(content, control.of, `/Document/${root}`))
      checkControl(control, owner, path, problems);
}

function checkControl(
  { figures, transactions, amount }: Control,
  owner: IsoTree,
  path: string,
  problems: ValueProblem[],
) {
  const [place] = treesAt(owner, figures, path);
  if (place === undefined) return;
  const found = treesAt(owner, transactions, path);
  const { NbOfTxs } = place.tree;
  if (NbOfTxs !== undefined && BigInt(NbOfTxs as string) !== BigInt(found.length)) {
    const detail = `must be ${found.length}, the number of transactions`;
    problems.push({ code: 'count_mismatch', path: `${place.path}/NbOfTxs`, detail });
  }
  const sum = amount === undefined ? undefined : sumOf(found.map(({ tree }) => valueAt(tree, amount)));
  if (sum === undefined) return;
  for (const name of SUMS) {
    const given = place.tree[name] as string | IsoAmount | undefined;
    if (given === undefined || unscaled(typeof given === 'string' ? given : given.v) === sum) continue;
    const detail = 'does not match the sum of the amounts';
    problems.push({ code: 'sum_mismatch', path: `${place.path}/${name}`, detail });
  }
}

/** Undefined where one has no such amount. */
function sumOf(amounts: readonly (IsoValue | undefined)[]): bigint | undefined {
  if (amounts.some((each) => each === undefined)) return undefined;
  return (amounts as readonly IsoAmount[]).reduce((all, { v }) => all + unscaled(v), 0n);
}

/** Every element at a path, with positions where it is repeated. */
function treesAt(tree: IsoTree, steps: Steps, path: string): readonly { tree: IsoTree; path: string }[] {
  const [step, ...rest] = steps;
  if (step === undefined) return [{ tree, path }];
  const value = tree[step];
  if (!Array.isArray(value))
    return value === undefined ? [] : treesAt(value as IsoTree, rest, `${path}/${step}`);
  return value.flatMap((each: IsoValue, index) =>
    treesAt(each as IsoTree, rest, `${path}/${step}[${index + 1}]`),
  );
}

/** A valid decimal as an integer of 10^-18. */
function unscaled(text: string): bigint {
  const negative = text.startsWith('-');
  const [whole = '', fraction = ''] = text.replace(/^[+-]/, '').split('.');
  const value = BigInt(`${whole}${fraction.padEnd(SCALE, '0')}` || '0');
  return negative ? -value : value;
}
