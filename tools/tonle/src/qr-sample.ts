import { writeKhqr, writeQr, writeThaiQr, type QrContent, type QrWriting } from '@tonle/emvqr';
import type { CommandContext } from './command-context.js';
import { UsageError } from './gateway-client.js';
import { show } from './output.js';

export interface SampleOptions {
  readonly amount?: string;
}

const SAMPLE_LIFETIME_MS = 600_000;

/** Payees that every sandbox knows. */
const ABROAD: Readonly<Record<string, QrContent>> = {
  lao: {
    scheme: 'LAOQR',
    fields: { iin: '27710418', paymentType: '002', receiverId: 'SHOP00000123' },
    currency: 'LAK',
    payeeName: 'Dao Coffee House',
    payeeCity: 'Vientiane',
  },
  vietnamese: {
    scheme: 'VIETQR',
    fields: { acquirerBin: '970436', consumerId: 'SHOP00000123', serviceCode: 'QRPUSH' },
    currency: 'VND',
    payeeName: 'Pho Hang Bac',
    payeeCity: 'Hanoi',
  },
  unionpay: {
    scheme: 'UNIONPAY',
    fields: { acquirerIin: '25000344', forwardingIin: '00020344', merchantId: '500034470110001' },
    country: 'HK',
    currency: 'HKD',
    payeeName: 'Jade Garden',
    payeeCity: 'Hong Kong',
  },
  japanese: {
    scheme: 'JPQR',
    fields: { level1: '0000000000101', level2: '0001', level3: '000123', level4: '000001' },
    currency: 'JPY',
    payeeName: 'Naha Noodles',
    payeeCity: 'Tokyo',
    alternate: { language: 'JA', merchantName: '那覇そば', merchantCity: '東京' },
  },
};
export const SAMPLES = ['thai', ...Object.keys(ABROAD), 'khqr'] as const;

/** `tonle qr sample <kind>`: the text of a code of a payee that every sandbox knows. A KHQR code with an amount lives ten minutes. */
export function runQrSample({ output }: CommandContext, kind: string, { amount }: SampleOptions): number {
  const written = writeSample(kind, amount, Date.now());
  if (written.kind === 'refused') throw new UsageError(`${written.outcome}: ${written.detail}`);
  show(output, { text: written.text }, () => written.text);
  return 0;
}

function writeSample(kind: string, amount: string | undefined, nowMs: number): QrWriting {
  const named = amount !== undefined && { amount };
  if (kind === 'thai') {
    const payee = {
      billerId: '010500000000123',
      reference1: 'TABLE7',
      payeeName: 'Baan Kafe',
      payeeCity: 'Bangkok',
    };
    return writeThaiQr({ ...payee, crossBorder: true, ...named });
  }
  if (kind === 'khqr') {
    const life = { amount: amount!, createdAtMs: nowMs, expiresAtMs: nowMs + SAMPLE_LIFETIME_MS };
    const payee = { bakongAccountId: 'shop00042@angkor', payeeName: 'Phsar Thmei Silk' };
    return writeKhqr({ ...payee, currency: 'KHR', ...(amount !== undefined && life) });
  }
  const content = Object.hasOwn(ABROAD, kind) ? ABROAD[kind] : undefined;
  if (content === undefined)
    throw new UsageError(`There is no sample ${kind}; use one of: ${SAMPLES.join(', ')}.`);
  return writeQr({ ...content, merchantCategory: '5999', ...named });
}
