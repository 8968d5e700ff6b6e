import { Gatherer } from '@tonle/messaging';
import type { Evidence, LegAnswer } from '@tonle/network';
import type { LegCommand } from '@tonle/contracts';
import { asRecord, readTransaction, type RailTransaction } from './open-api/transaction.js';
import type { OpenApiClient } from './open-api/open-api.client.js';
import type { RailParties } from './core/parties.js';

export const HASHES_MAX = 50;
const GATHER_MS = 10;

export type HashFinding =
  | { readonly kind: 'found'; readonly transaction: RailTransaction }
  | { readonly kind: 'not_found' }
  | { readonly kind: 'failed' }
  | { readonly kind: 'ambiguous'; readonly because: string };

export interface ConfirmedHash {
  readonly finding: HashFinding;
  /** With the first of those that were asked for together. */
  readonly evidence: readonly Evidence[];
}

/** Confirms ledger hashes in bulk: what waits is asked for in one call of at most 50 (decisions 19). */
export class HashConfirmation {
  private readonly gatherer: Gatherer<string, ConfirmedHash>;

  constructor(private readonly api: OpenApiClient) {
    this.gatherer = new Gatherer((hashes) => this.ask(hashes), { batchMax: HASHES_MAX, lingerMs: GATHER_MS });
  }

  confirm(hash: string): Promise<ConfirmedHash> {
    return this.gatherer.add(hash);
  }

  private async ask(hashes: readonly string[]): Promise<ConfirmedHash[]> {
    const { answer, evidence } = await this.api.ask(
      'check_transaction_by_hash_list',
      hashes,
      `hash:${hashes[0]}`,
    );
    const findings = hashes.map((hash): HashFinding => {
      if (answer.kind === 'data') return findingOf(answer.data, hash);
      const because = 'because' in answer ? answer.because : answer.kind;
      return { kind: 'ambiguous', because };
    });
    return findings.map((finding, index) => ({ finding, evidence: index === 0 ? evidence : [] }));
  }
}

function findingOf(data: unknown, hash: string): HashFinding {
  const row = Array.isArray(data) ? data.map(asRecord).find((each) => each?.['hash'] === hash) : undefined;
  if (row === undefined) return { kind: 'ambiguous', because: 'the hash is not in the answer' };
  if (row['status'] === 'NOT_FOUND') return { kind: 'not_found' };
  if (row['status'] === 'FAILED') return { kind: 'failed' };
  const transaction = row['status'] === 'SUCCESS' ? readTransaction(row['data']) : undefined;
  if (transaction === undefined || transaction.hash !== hash)
    return { kind: 'ambiguous', because: 'unreadable transaction' };
  return { kind: 'found', transaction };
}

/**
 * What a movement that was found means for a leg: accepted when it is this leg's. Other accounts or another
 * currency under our reference are a conflict; another amount is told as it is, routing compares (domain 6.4). Pure.
 */
export function compareWithLeg(
  command: LegCommand,
  parties: RailParties,
  found: RailTransaction,
): LegAnswer {
  if (
    found.from !== parties.from.account ||
    found.to !== parties.to.account ||
    found.amount.currency !== command.amount.currency
  ) {
    return {
      kind: 'conflicting',
      reasonText: 'the movement has other accounts or another currency',
      partnerRef: found.hash,
    };
  }
  return { kind: 'accepted', partnerRef: found.hash, amount: found.amount };
}
