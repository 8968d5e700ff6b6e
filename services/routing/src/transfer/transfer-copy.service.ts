import type { routingCalls } from '@tonle/contracts';
import type { Database } from '@tonle/persistence';
import type { z } from 'zod';
import type { TransferSealStore } from './transfer-seal.store.js';
import type { TransferSliceStore } from './transfer-slice.store.js';

type Asked = z.infer<typeof routingCalls.transfers.request>;
type Answer = z.infer<typeof routingCalls.transfers.response>;
type ProofAsked = z.infer<typeof routingCalls.proveTransfers.request>;
type ProofAnswer = z.infer<typeof routingCalls.proveTransfers.response>;

const iso = (ms: number) => new Date(ms).toISOString();

/** Hands out transfers as far as they are sealed. */
export class TransferCopyService {
  constructor(
    private readonly database: Database,
    private readonly seals: TransferSealStore,
    private readonly slices: TransferSliceStore,
  ) {}

  async slice({ from, spanMs }: Asked): Promise<Answer> {
    const sealedMs = await this.seals.upToMs(this.database);
    if (sealedMs === undefined) return {};
    const sealedUpTo = iso(sealedMs);
    const fromMs =
      from === undefined
        ? ((await this.slices.firstMs(this.database)) ?? sealedMs)
        : new Date(from).getTime();
    const untilMs = Math.min(fromMs + spanMs, sealedMs);
    if (untilMs <= fromMs) return { sealedUpTo };
    await this.slices.summarize(this.database);
    const { untilMs: wholeMs, ...slice } = await this.slices.slice(this.database, fromMs, untilMs);
    return { sealedUpTo, slice: { from: iso(fromMs), until: iso(wholeMs), ...slice } };
  }

  async prove({ from, until }: ProofAsked): Promise<ProofAnswer> {
    const sealedMs = await this.seals.upToMs(this.database);
    const [fromMs, untilMs] = [new Date(from).getTime(), new Date(until).getTime()];
    if (sealedMs === undefined || untilMs > sealedMs) return {};
    return { proof: await this.slices.proof(this.database, fromMs, untilMs) };
  }
}
