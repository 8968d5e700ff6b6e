import {
  nostroAccount,
  positionAccount,
  prefundAccount,
  railAccount,
  railOutsideAccount,
  settlementClearingAccount,
} from './account.js';
import { transferLine, type TransferLine } from './transfer.js';

/** Money that a statement line proved in (positive) or out (negative) of a purse (I17). */
export interface FundsMovement {
  readonly account: 'PREFUND' | 'RAIL';
  readonly participant: string;
  /** RAIL: the rail's name. */
  readonly rail?: string;
  /** PREFUND: the settlement bank whose statement it is. */
  readonly bank: string;
  readonly currency: string;
  readonly deltaMinor: bigint;
}

/** The transfer of a funds movement; empty for a movement of zero. */
export function fundsLines(movement: FundsMovement): TransferLine[] {
  const { deltaMinor, participant, currency } = movement;
  if (deltaMinor === 0n) return [];
  const [mirror, purse] =
    movement.account === 'PREFUND'
      ? [nostroAccount(movement.bank, currency), prefundAccount(participant, currency)]
      : [
          railAccount(participant, railName(movement), currency),
          railOutsideAccount(railName(movement), currency),
        ];
  return deltaMinor > 0n
    ? [transferLine('funds', mirror, purse, deltaMinor, false)]
    : [transferLine('funds', purse, mirror, -deltaMinor, false)];
}

function railName(movement: FundsMovement): string {
  if (movement.rail === undefined) throw new Error('a rail movement without the name of its rail');
  return movement.rail;
}

/**
 * Clears a participant's position of one window: a net above zero receives, below zero pays. Empty for zero.
 * Over all participants of a window the clearing accounts sum to zero (I16).
 */
export function clearingLines(
  windowId: string,
  participant: string,
  currency: string,
  netMinor: bigint,
): TransferLine[] {
  if (netMinor === 0n) return [];
  const position = positionAccount(participant, currency);
  const clearing = settlementClearingAccount(windowId, participant, currency);
  return netMinor > 0n
    ? [transferLine('settlement', position, clearing, netMinor, false)]
    : [transferLine('settlement', clearing, position, -netMinor, false)];
}
