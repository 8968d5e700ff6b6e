import type { LegCommand } from '@tonle/contracts';
import { amountToJson, parseBookedAmount, type AmountJson } from '@tonle/money';
import { asRecord, DecimalText, type LegAnswer } from '@tonle/network';
import type { RailParties } from './parties.js';

/** One movement as the Open API shows it. */
export interface RailTransaction {
  readonly hash: string;
  readonly from: string;
  readonly to: string;
  readonly amount: AmountJson;
  readonly externalRef?: string;
  /** Epoch ms. */
  readonly createdAt: number;
}

const HASH = /^[0-9a-f]{64}$/;

/** Reads one transaction; undefined when a field that matters is missing or malformed. */
export function readTransaction(data: unknown): RailTransaction | undefined {
  const fields = asRecord(data);
  if (fields === undefined) return undefined;
  const { hash, fromAccountId, toAccountId, currency, amount, externalRef, createdDateMs } = fields;
  if (typeof hash !== 'string' || !HASH.test(hash) || typeof currency !== 'string') return undefined;
  if (
    typeof fromAccountId !== 'string' ||
    typeof toAccountId !== 'string' ||
    typeof createdDateMs !== 'number'
  )
    return undefined;
  const written = amount instanceof DecimalText ? amount.text : typeof amount === 'string' ? amount : '';
  // What was booked may have decimals that nobody can pay (interest in riel).
  const parsed = parseBookedAmount(currency, written);
  if (parsed.kind === 'refused' || parsed.amount.minor <= 0n) return undefined;
  return {
    hash,
    from: fromAccountId.toLowerCase(),
    to: toAccountId.toLowerCase(),
    amount: amountToJson(parsed.amount),
    ...(typeof externalRef === 'string' && { externalRef }),
    createdAt: createdDateMs,
  };
}

/**
 * What a movement that was found means for a leg: accepted when it is this leg's. Other accounts or another
 * currency under our reference are a conflict; another amount is told as it is, routing compares (domain 6.4). Pure.
 */
export function compareWithLeg(command: LegCommand, parties: RailParties, found: RailTransaction): LegAnswer {
  if (
    found.from !== parties.from.account ||
    found.to !== parties.to.account ||
    found.amount.currency !== command.amount.currency
  ) {
    return {
      kind: 'conflicting',
      reasonText: 'the movement has other accounts or another currency',
      partnerRef: found.hash,
      amount: found.amount,
    };
  }
  return { kind: 'accepted', partnerRef: found.hash, amount: found.amount };
}
