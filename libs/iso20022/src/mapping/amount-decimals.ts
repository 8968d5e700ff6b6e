import { currency } from '@tonle/money';
import type { IsoAmount, IsoPart, IsoTree, IsoValue } from '../schema/tree.js';

/** `as_paid`: none where only whole units are paid, such as riel and kip; `iso4217`: all that the currency has there. */
export type AmountDecimals = 'as_paid' | 'iso4217';

/** A message that was written as paid, its amounts with all decimals of their currencies. */
export function withAllDecimals(part: IsoPart): IsoPart {
  return { ...part, tree: treeOf(part.tree) };
}

function treeOf(tree: IsoTree): IsoTree {
  return Object.fromEntries(
    Object.entries(tree).map(([name, value]) => [name, value === undefined ? value : valueOf(value)]),
  );
}

/** Amounts are `{Ccy, v}`, and nothing else is. */
function valueOf(value: IsoValue): IsoValue {
  if (typeof value === 'string') return value;
  if (value instanceof Array) return value.map(valueOf);
  return isAmount(value) ? { Ccy: value.Ccy, v: allDecimals(value) } : treeOf(value as IsoTree);
}

function isAmount(value: object): value is IsoAmount {
  return 'v' in value && 'Ccy' in value;
}

function allDecimals({ Ccy, v }: IsoAmount): string {
  const { scale } = currency(Ccy);
  return scale === 0 || v.includes('.') ? v : `${v}.${'0'.repeat(scale)}`;
}
