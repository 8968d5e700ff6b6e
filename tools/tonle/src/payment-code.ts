import { readAmountOption, type CommandContext } from './command-context.js';
import { list, show, showAmount, type ShownAmount } from './output.js';
import { defaultAccount } from './pay.js';

export interface PaymentCodeOptions {
  readonly corridor: string;
  /** The highest amount that the payer agrees to. */
  readonly most: string;
  /** The payer's account. */
  readonly from?: string;
  readonly name: string;
}

interface ShownPaymentCode {
  readonly paymentCodeId: string;
  readonly corridor: string;
  readonly code: string;
  readonly barcode?: string;
  readonly most: ShownAmount;
  readonly expiresAt: string;
}

/** `tonle payment-code`: a code for a payer to show at a till abroad. */
export async function runPaymentCode(context: CommandContext, options: PaymentCodeOptions): Promise<number> {
  const { output, participant } = context;
  const body = {
    corridor: options.corridor,
    debtor: { name: options.name, account: options.from ?? defaultAccount(participant) },
    most: readAmountOption(options.most, undefined),
  };
  const code = await context.gateway().ask<ShownPaymentCode>('POST', '/v1/payment-codes', { body });
  show(output, code, () => {
    const facts = list([
      ...(code.barcode === undefined ? [] : [['as a barcode', code.barcode] as const]),
      ['at most', showAmount(code.most)],
      ['corridor', code.corridor],
      ['expires', code.expiresAt],
      ['payment code id', code.paymentCodeId],
    ]);
    return `${code.code}\n${facts}`;
  });
  return 0;
}
