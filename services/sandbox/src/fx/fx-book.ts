import { parseAmount } from '@tonle/money';

interface ToldAmount {
  readonly currency: string;
  readonly amount: string;
}

/** What an FX provider is told of a quote of its own; other events say nothing to it. */
export interface QuoteEvent {
  readonly type: string;
  readonly data: {
    readonly quoteId: string;
    readonly source: ToldAmount;
    /** Of a refund that somebody at fault makes exact: what it gets in place of the source. */
    readonly conversion?: { readonly source: ToldAmount };
    readonly target: ToldAmount;
    /** What the payee's network is owed where it takes less than the target. */
    readonly creditedAmount?: ToldAmount;
  };
}

type Sums = Map<string, bigint>;
interface Promised {
  readonly source: ToldAmount;
  readonly target: ToldAmount;
}

/** A provider's own books, kept by nothing but what it is told: quotes that payments use, and what they bought and sold. */
export class FxBook {
  private readonly open = new Map<string, Promised>();
  private readonly ended = { completed: 0, failed: 0 };
  private readonly bought: Sums = new Map();
  private readonly sold: Sums = new Map();
  /** Ends of quotes whose use it was not told before. */
  private unexpected = 0;

  take({ type, data }: QuoteEvent): void {
    if (type === 'quote.used') {
      this.open.set(data.quoteId, data);
      return;
    }
    if (type !== 'quote.completed' && type !== 'quote.failed') return;
    if (!this.open.delete(data.quoteId)) this.unexpected += 1;
    if (type === 'quote.failed') {
      this.ended.failed += 1;
      return;
    }
    this.ended.completed += 1;
    add(this.bought, data.conversion?.source ?? data.source);
    add(this.sold, data.creditedAmount ?? data.target);
  }

  shown(): object {
    const promised: Sums = new Map();
    for (const { target } of this.open.values()) add(promised, target);
    const { open, ended, unexpected } = this;
    return {
      quotes: { used: open.size, ...ended, unexpected },
      promised: minors(promised),
      bought: minors(this.bought),
      sold: minors(this.sold),
    };
  }
}

function add(sums: Sums, { currency, amount }: ToldAmount): void {
  const parsed = parseAmount(currency, amount);
  if (parsed.kind !== 'ok') throw new Error(`${amount} ${currency} is no amount`);
  sums.set(currency, (sums.get(currency) ?? 0n) + parsed.amount.minor);
}

/** Minor units as text, by currency. */
const minors = (sums: Sums): Record<string, string> =>
  Object.fromEntries([...sums].map(([currency, minor]) => [currency, minor.toString()]));
