import { writeThaiQr } from '@tonle/emvqr';
import { seededUnit } from '@tonle/sandbox';

/** Banks of the sandbox, the first with the larger share of the load. */
const BANKS = [
  { participant: 'KHMEKONG', domain: 'mekong' },
  { participant: 'KHANGKOR', domain: 'angkor' },
  { participant: 'KHRUMDUOL', domain: 'rumduol' },
] as const;
const PAYERS = 50_000;
const SHOPS = 150;
const SATANG_MIN = 2000;
const SATANG_MAX = 60_000;
const DOLLAR_SHARE = 0.1;

export interface OutboundWish {
  readonly participant: string;
  readonly debtor: { readonly name: string; readonly account: string };
  readonly sourceCurrency: 'KHR' | 'USD';
  readonly qrText: string;
  /** Baht, decimal text. */
  readonly amount: string;
}

/** Who pays whom how much, drawn from a seed: many payers and payees, and one bank with most of the load. */
export class OutboundWishes {
  private readonly unit: () => number;
  private readonly codes: readonly string[];

  constructor(
    seed: number,
    private readonly skew: number,
  ) {
    this.unit = seededUnit(seed);
    this.codes = Array.from({ length: SHOPS }, (_, index) => thaiCode(index));
  }

  get participants(): readonly string[] {
    return BANKS.map((bank) => bank.participant);
  }

  get qrTexts(): readonly string[] {
    return this.codes;
  }

  next(): OutboundWish {
    const bank = this.unit() < this.skew ? BANKS[0] : BANKS[1 + this.below(BANKS.length - 1)]!;
    const payer = String(this.below(PAYERS)).padStart(7, '0');
    const satang = SATANG_MIN + this.below(SATANG_MAX - SATANG_MIN + 1);
    return {
      participant: bank.participant,
      debtor: { name: `Payer ${payer}`, account: `u${payer}@${bank.domain}` },
      sourceCurrency: this.unit() < DOLLAR_SHARE ? 'USD' : 'KHR',
      qrText: this.codes[this.below(this.codes.length)]!,
      amount: `${Math.floor(satang / 100)}.${String(satang % 100).padStart(2, '0')}`,
    };
  }

  private below(limit: number): number {
    return Math.floor(this.unit() * limit);
  }
}

/** A static code of a Thai shop that the sandbox knows by rule. */
function thaiCode(index: number): string {
  const billerId = `0105${String(index).padStart(11, '0')}`;
  const written = writeThaiQr({
    billerId,
    reference1: `SHOP${index}`,
    crossBorder: true,
    payeeName: `Shop ${index}`,
    payeeCity: 'Bangkok',
  });
  if (written.kind === 'refused') throw new Error(`${written.outcome}: ${written.detail}`);
  return written.text;
}
