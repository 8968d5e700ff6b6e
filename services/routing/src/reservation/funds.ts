import { createHash } from 'node:crypto';
import { clearingLines, fundsLines, type TransferLine } from '@tonle/ledger';
import type { FundsMoved, PositionClear } from '@tonle/contracts';

/** The scheme's settlement bank, whose statements move prefunds. */
const SETTLEMENT_BANK = 'SETTLEMENT_BANK';

/** Transfers that a statement line or a settled window proves; the chain id makes them once only. */
export interface FundsMove {
  readonly chainId: string;
  readonly reference: string;
  readonly lines: readonly TransferLine[];
}

/** A name of any form as the UUID (version 8: our own hash) of its chain. */
export function chainIdOf(name: string): string {
  const bytes = createHash('sha256').update(name).digest().subarray(0, 16);
  bytes[6] = 0x80 | (bytes[6]! & 0x0f);
  bytes[8] = 0x80 | (bytes[8]! & 0x3f);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** Money in or out of a prefund or a rail mirror: once a statement line (I17). */
export function fundsMove(moved: FundsMoved): FundsMove {
  const { account, participant, rail, currency, statementLineId } = moved;
  return {
    chainId: chainIdOf(`funds:${statementLineId}`),
    reference: statementLineId,
    lines: fundsLines({
      account,
      participant,
      rail,
      bank: SETTLEMENT_BANK,
      currency,
      deltaMinor: BigInt(moved.deltaMinor),
    }),
  };
}

/** A window's net leaves the position: once a window, participant and currency (decisions 15). */
export function clearMove(clear: PositionClear): FundsMove {
  const { windowId, participant, currency } = clear;
  const name = `clear:${windowId}:${participant}:${currency}`;
  return {
    chainId: chainIdOf(name),
    reference: name,
    lines: clearingLines(windowId, participant, currency, BigInt(clear.netMinor)),
  };
}
