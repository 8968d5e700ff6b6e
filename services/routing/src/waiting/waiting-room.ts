import type { PaymentSubmit, Quote } from '@tonle/contracts';
import type { Corridor } from '@tonle/directory';
import type { DirectionHealth } from '@tonle/door';
import { decideStart, type Start } from './waiting.decide.js';

/** Where the payments of a batch wait for networks: what was found of the few that do not answer, and who has come since. */
export class WaitingRoom {
  private readonly come = new Map<string, number>();

  constructor(
    /** By corridor and direction; absent: it answers. */
    private readonly unwell: ReadonlyMap<string, DirectionHealth> = new Map(),
    /** By corridor. */
    private readonly waiting: ReadonlyMap<string, number> = new Map(),
  ) {}

  /** Whoever is to wait is counted from here on. */
  start(submit: PaymentSubmit, corridor: Corridor, quote: Quote | undefined, nowMs: number): Start {
    const { corridorId } = corridor;
    const come = this.come.get(corridorId) ?? 0;
    const start = decideStart({
      submit,
      corridor,
      health: this.unwell.get(lineOf(submit)) ?? { kind: 'up' },
      waiting: (this.waiting.get(corridorId) ?? 0) + come,
      quoteEndsMs: quote === undefined ? nowMs : Date.parse(quote.expiresAt),
      nowMs,
    });
    if (start.kind === 'wait') this.come.set(corridorId, come + 1);
    return start;
  }
}

/** A direction of a corridor, as one name. */
export function lineOf({ corridor, direction }: Pick<PaymentSubmit, 'corridor' | 'direction'>): string {
  return `${corridor}:${direction}`;
}
