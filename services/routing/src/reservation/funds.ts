import { createHash } from 'node:crypto';
import type { TransferLine } from '@tonle/ledger';

/** Transfers beside payments; the chain id makes them once only. */
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
