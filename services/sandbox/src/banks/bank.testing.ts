import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  instructionMessageId,
  writeInstruction,
  type SettlementInstruction,
  type SettlementTransfer,
} from '@tonle/bank-files';
import { FaultBook } from '../kit/fault-book.js';
import { faultRequest } from '../kit/fault.js';
import { BankBooks } from './bank-books.js';
import { BankDesk, type Taking } from './bank-desk.js';
import { BankPayments } from './bank-payments.js';
import { BankReporting } from './bank-reporting.js';
import { BankDays, type BankScheme } from './bank-scheme.js';

/** Monday noon at the bank. */
export const NOON = Date.parse('2026-11-30T12:00:00+07:00');
export const MONDAY = '2026-11-30';

export const SCHEME: BankScheme = {
  ...{ id: 'THSETTLE', name: 'Thai settlement bank', bic: 'SETTTHBKXXX', mark: 'TH' },
  ...{ instruction: 'pacs.009', statement: 'camt.053', utcOffsetMinutes: 420, weekend: [0, 6], holidays: [] },
  currencies: {
    THB: {
      scheme: '2000300001',
      schemeOpening: '0',
      accounts: {
        '2000300021': { participant: 'FXNAGA', name: 'Naga FX', opening: '100000000' },
        '2000300031': { participant: 'THSWITCH', name: 'Thai switch', opening: '100000000' },
      },
    },
  },
};

/** `F` pays in and `T` is paid, as in the example of a window. */
export function instructionOf(
  sequence: number,
  over: Partial<SettlementInstruction> = {},
): SettlementInstruction {
  const line = (
    direction: SettlementTransfer['direction'],
    name: string,
    account: string,
  ): SettlementTransfer => ({
    ...{ direction, amountMinor: 191_000n, windowId: 'THSWITCH-THB-2026-11-29' },
    endToEndId: `THB-${sequence}-${direction === 'pay_in' ? 'IN' : 'OUT'}`,
    participant: { name, account },
  });
  return {
    messageId: instructionMessageId('TONLE', 'THB', sequence),
    createdAt: '2026-11-30T04:00:00.000Z',
    ...{ sequence, currency: 'THB', valueDate: MONDAY, bank: { name: SCHEME.name, bic: SCHEME.bic } },
    scheme: { name: 'Tonle', account: '2000300001' },
    // What goes out stands first: the bank pays it last all the same.
    transfers: [line('pay_out', 'Thai switch', '2000300031'), line('pay_in', 'Naga FX', '2000300021')],
    ...over,
  };
}

export function bytesOf(instruction: SettlementInstruction, format: 'pacs.009' | 'csv' = 'pacs.009'): Buffer {
  const writing = writeInstruction(instruction, format);
  if (writing.kind === 'refused') throw new Error(JSON.stringify(writing.errors));
  return Buffer.from(writing.bytes);
}

/** A bank without its port: books in a folder of their own. */
export class BareBank {
  readonly faults = new FaultBook();
  readonly days: BankDays;
  private constructor(
    readonly folder: string,
    readonly scheme: BankScheme,
    readonly books: BankBooks,
  ) {
    this.days = new BankDays(scheme);
  }

  static async open(scheme: BankScheme = SCHEME, now = NOON, folder?: string): Promise<BareBank> {
    const place = folder ?? (await mkdtemp(join(tmpdir(), 'bank-')));
    const today = new BankDays(scheme).today(now);
    return new BareBank(place, scheme, await BankBooks.open(join(place, 'bank.books'), scheme, today));
  }

  get desk(): BankDesk {
    return new BankDesk(this.scheme, this.books, this.folder);
  }

  get payments(): BankPayments {
    return new BankPayments(this.scheme, this.books, this.days, this.faults);
  }

  get reporting(): BankReporting {
    return new BankReporting(this.scheme, this.books, this.days);
  }

  fault(fault: object): void {
    this.faults.add(faultRequest.parse({ network: this.scheme.id, count: 1, ...fault }), ['payments']);
  }

  take(bytes: Uint8Array, over: Partial<Parameters<BankDesk['take']>[1]> = {}): Promise<Taking> {
    const { desk } = this;
    return desk.take(desk.read(bytes), { bytes, signature: undefined, now: NOON, ...over });
  }

  async restarted(): Promise<BareBank> {
    await this.books.close();
    return BareBank.open(this.scheme, NOON, this.folder);
  }

  async close(): Promise<void> {
    await this.books.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}
