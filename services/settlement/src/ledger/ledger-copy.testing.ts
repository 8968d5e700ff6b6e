import { createHash } from 'node:crypto';
import { routingCalls, type TransferColumns, type TransferProof } from '@tonle/contracts';
import type { ServiceCalls } from '@tonle/messaging';

/** A transfer of the routing that tests play, accounts by code. */
export interface PlayedTransfer {
  readonly chainId: string;
  readonly kind: string;
  readonly debit: string;
  readonly credit: string;
  readonly minor: bigint;
  readonly reference?: string;
  readonly atMs: number;
}

/** Routing as far as its transfers are copied: sealed when a test says so, in slices as small as it wants. */
export class PlayedRouting {
  readonly transfers: PlayedTransfer[] = [];
  sealedMs: number | undefined;
  sliceMax = 10_000;
  /** Calls that were served. */
  asked = 0;
  private readonly codes: string[] = [];

  serve(calls: ServiceCalls): void {
    calls.serve(routingCalls.transfers, ({ from, spanMs }) => {
      this.asked += 1;
      return Promise.resolve(this.slice(from === undefined ? undefined : Date.parse(from), spanMs));
    });
    calls.serve(routingCalls.proveTransfers, ({ from, until }) => {
      this.asked += 1;
      const untilMs = Date.parse(until);
      if (this.sealedMs === undefined || untilMs > this.sealedMs) return Promise.resolve({});
      return Promise.resolve({ proof: this.proof(Date.parse(from), untilMs) });
    });
  }

  idOf(code: string): number {
    const known = this.codes.indexOf(code);
    return known >= 0 ? known + 1 : this.codes.push(code);
  }

  private slice(from: number | undefined, spanMs: number) {
    if (this.sealedMs === undefined) return {};
    const sealedUpTo = new Date(this.sealedMs).toISOString();
    const fromMs = from ?? Math.min(this.sealedMs, ...this.transfers.map(({ atMs }) => atMs));
    const spanEndMs = Math.min(fromMs + spanMs, this.sealedMs);
    if (spanEndMs <= fromMs) return { sealedUpTo };
    const found = this.between(fromMs, spanEndMs);
    const cutMs = found[this.sliceMax]?.atMs;
    const untilMs = cutMs === undefined ? spanEndMs : Math.max(cutMs, found[0]!.atMs + 1);
    const whole = found.filter(({ atMs }) => atMs < untilMs);
    const codes = [...new Set(whole.flatMap(({ debit, credit }) => [debit, credit]))];
    return {
      sealedUpTo,
      slice: {
        from: new Date(fromMs).toISOString(),
        until: new Date(untilMs).toISOString(),
        transfers: this.columns(whole),
        accounts: codes.map((code) => ({ id: this.idOf(code), code })),
      },
    };
  }

  private between(fromMs: number, untilMs: number): PlayedTransfer[] {
    return this.transfers
      .filter(({ atMs }) => atMs >= fromMs && atMs < untilMs)
      .sort((a, b) => a.atMs - b.atMs);
  }

  private columns(rows: readonly PlayedTransfer[]): TransferColumns {
    return {
      chainIds: rows.map(({ chainId }) => chainId),
      kinds: rows.map(({ kind }) => kind),
      debits: rows.map(({ debit }) => this.idOf(debit)),
      credits: rows.map(({ credit }) => this.idOf(credit)),
      minors: rows.map(({ minor }) => minor.toString()),
      references: rows.map(({ reference }) => reference ?? null),
      atMs: rows.map(({ atMs }) => atMs),
    };
  }

  private proof(fromMs: number, untilMs: number): TransferProof {
    const rows = this.between(fromMs, untilMs);
    const sums = new Map<number, [bigint, bigint]>();
    const add = (code: string, debit: bigint, credit: bigint) => {
      const [debits, credits] = sums.get(this.idOf(code)) ?? [0n, 0n];
      sums.set(this.idOf(code), [debits + debit, credits + credit]);
    };
    let digest = 0n;
    for (const row of rows) {
      add(row.debit, row.minor, 0n);
      add(row.credit, 0n, row.minor);
      const ids = [this.idOf(row.debit), this.idOf(row.credit)];
      const said = [row.chainId, row.kind, ...ids, row.minor, row.atMs, row.reference];
      const text = said.filter((each) => each !== undefined).join('|');
      digest += createHash('md5').update(text).digest().readBigInt64BE();
    }
    return {
      count: rows.length,
      digest: digest.toString(),
      accounts: [...sums]
        .sort(([a], [b]) => a - b)
        .map(([id, [debits, credits]]) => ({ id, debits: debits.toString(), credits: credits.toString() })),
    };
  }
}
