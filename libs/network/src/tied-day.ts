import { hash } from 'node:crypto';
import type { StatementLine } from '@tonle/contracts';
import { minorText } from '@tonle/money';
import type { StatementDay } from './leg.js';

/** What a network tells of a day in one currency: its lines, and what they come to. Minor units, signed. */
export interface ToldDay {
  readonly statementId: string;
  readonly account: string;
  readonly currency: string;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly openingMinor: string;
  readonly closingMinor: string;
  readonly count: string;
  readonly lines: readonly StatementLine[];
}

/**
 * The day, if all of it ties: number of lines, their currency, each of them once, and the balances, which rise by what was
 * collected for us and fall by what was paid out. Throws otherwise: no partial truth.
 */
export function tiedDay({ lines, count, createdAt, ...told }: ToldDay): StatementDay {
  const { statementId, currency, openingMinor, closingMinor } = told;
  const wrong = (what: string): Error => new Error(`statement ${statementId} ${what}`);
  if (BigInt(count) !== BigInt(lines.length)) throw wrong(`has ${lines.length} lines and tells ${count}`);
  if (new Set(lines.map(({ lineId }) => lineId)).size !== lines.length) throw wrong('has a line twice');
  const other = lines.find(({ amount }) => amount.currency !== currency);
  if (other !== undefined) throw wrong(`has ${other.lineId} in ${other.amount.currency}`);
  const net = lines.reduce(
    (sum, { leg, amount: { minor } }) => sum + (leg === 'credit' ? -BigInt(minor) : BigInt(minor)),
    0n,
  );
  if (BigInt(openingMinor) + net !== BigInt(closingMinor)) {
    const text = (minor: bigint | string) => minorText(BigInt(minor), currency);
    throw wrong(`does not tie: ${text(openingMinor)} and ${text(net)} are not ${text(closingMinor)}`);
  }
  const digest = hash('sha256', JSON.stringify([openingMinor, closingMinor, lines]));
  return { lines, heads: [{ ...told, createdAt: new Date(createdAt).toISOString(), digest }] };
}
