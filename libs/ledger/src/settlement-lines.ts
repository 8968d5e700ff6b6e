import {
  nostroAccount,
  positionAccount,
  prefundAccount,
  railAccount,
  railOutsideAccount,
  settlementClearingAccount,
  type AccountCode,
} from './account.js';
import { transferLine, type TransferKind, type TransferLine } from './transfer.js';

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
  const [mirror, purse] =
    movement.account === 'PREFUND'
      ? [nostroAccount(movement.bank, currency), prefundAccount(participant, currency)]
      : [
          railAccount(participant, railName(movement), currency),
          railOutsideAccount(railName(movement), currency),
        ];
  return signedLines('funds', mirror, purse, deltaMinor);
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
  const position = positionAccount(participant, currency);
  const clearing = settlementClearingAccount(windowId, participant, currency);
  return signedLines('settlement', position, clearing, netMinor);
}

/** The transfer that debits `up` by a signed amount: the other way round below zero, none for zero. */
function signedLines(kind: TransferKind, up: AccountCode, down: AccountCode, minor: bigint): TransferLine[] {
  if (minor > 0n) return [transferLine(kind, up, down, minor, false)];
  if (minor < 0n) return [transferLine(kind, down, up, -minor, false)];
  return [];
}
