import { amount, formatPayable } from '@tonle/money';
import { seededUnit } from '@tonle/sandbox';
import type { AskedPayee } from '@tonle/tool-launcher';
import type { LoadNetwork } from './load-network.js';

/** Banks of the sandbox, the first with the larger share of the load. */
const BANKS = [
  { participant: 'KHMEKONG', domain: 'mekong' },
  { participant: 'KHANGKOR', domain: 'angkor' },
  { participant: 'KHRUMDUOL', domain: 'rumduol' },
] as const;
const PAYERS = 50_000;

export interface OutboundWish {
  readonly participant: string;
  readonly debtor: { readonly name: string; readonly account: string };
  readonly sourceCurrency: 'KHR' | 'USD';
  readonly payee: AskedPayee;
  readonly freshLookup: boolean;
  /** What the shop is to get; decimal text. */
  readonly amount: { readonly currency: string; readonly amount: string };
}

/** Who pays whom where and how much, drawn from a seed: many payers and payees, and one bank with most of the load. */
export class OutboundWishes {
  private readonly unit: () => number;

  constructor(
    seed: number,
    private readonly skew: number,
    private readonly networks: readonly LoadNetwork[],
  ) {
    this.unit = seededUnit(seed);
  }

  next(): OutboundWish {
    const network = this.network();
    const bank = this.unit() < this.skew ? BANKS[0] : BANKS[1 + this.below(BANKS.length - 1)]!;
    const payer = String(this.below(PAYERS)).padStart(7, '0');
    const { currency, steps, step, payees } = network;
    const minor = BigInt(steps.least + this.below(steps.most - steps.least + 1)) * step;
    return {
      participant: bank.participant,
      debtor: { name: `Payer ${payer}`, account: `u${payer}@${bank.domain}` },
      sourceCurrency: this.unit() < network.dollars ? 'USD' : 'KHR',
      payee: payees[this.below(payees.length)]!,
      freshLookup: network.begunByLookup,
      amount: { currency, amount: formatPayable(amount(currency, minor)) },
    };
  }

  /** One of the networks, by their shares. */
  private network(): LoadNetwork {
    let left = this.unit();
    return this.networks.find(({ share }) => (left -= share) < 0) ?? this.networks.at(-1)!;
  }

  private below(limit: number): number {
    return Math.floor(this.unit() * limit);
  }
}
