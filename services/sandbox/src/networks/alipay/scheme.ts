import { readFileSync } from 'node:fs';
import { z } from 'zod';

const price = z.string().regex(/^\d{1,9}(\.\d{1,8})?$/);

/** Alipay+ as the sandbox has it: who it is, what it charges by, how long it waits. */
const alipayScheme = z.strictObject({
  /** Signs with `<key>.key.pem`, under this version. */
  key: z.string().default('APLUS-RSA-1'),
  keyVersion: z.string().default('1'),
  /** Tonle signs with `<tonleKey>.pub.pem`, under this version; named in every call, both ways. */
  tonleKey: z.string().default('TONLE-alipay'),
  tonleKeyVersion: z.string().default('1'),
  clientId: z.string().default('KHSWITCH001'),
  acquirerId: z.string().default('1022188000000000001'),
  pspId: z.string().default('1022172000000000002'),
  /** Tonle as a wallet. */
  mppId: z.string().default('1022172000000000001'),
  /** Where it lays its reports down; its key is `<sftpKey>.key`, Tonle's `<tonleSftpKey>.pub`. */
  sftpPort: z.number().int().min(0).max(65_535).default(0),
  sftpKey: z.string().default('APLUS-sftp'),
  tonleSftpKey: z.string().default('TONLE-alipay-sftp'),
  port: z.number().int().min(0).max(65_535).default(0),
  doorUrl: z.string().default('https://127.0.0.1:1'),
  /** Wallets by name, each with the currency of its users. */
  wallets: z.array(z.strictObject({ brand: z.string(), currency: z.string().length(3) })).min(1),
  /** Names of the shops abroad. */
  shops: z.array(z.string()).min(1),
  /** Units of a currency for one dollar, by which merchants and users are charged. */
  perDollar: z.record(z.string().length(3), price),
  /** How long a pushPayment is waited for before it is asked about, ms. */
  answerMs: z.number().int().min(0).default(10_000),
  /** Waits between the inquiries of a push (push mode guide); the last repeats. */
  inquiryMs: z
    .array(z.number().int().min(0))
    .min(1)
    .default([4_000, 4_000, 30_000, 60_000, 60_000, 60_000, 300_000, 300_000]),
  /** Waits between the inquiries of a till about what it has drawn; after the last it cancels (auto-debit guide). */
  tillInquiryMs: z.array(z.number().int().min(0)).default(() => Array.from({ length: 20 }, () => 3_000)),
  /** Waits before a refund is told again while it has no end; the last repeats. */
  refundRepeatMs: z.array(z.number().int().min(0)).min(1).default([1_000, 3_000, 10_000]),
  /** Waits before a cancellation is told again; after the last, people look into it. */
  cancelRepeatMs: z
    .array(z.number().int().min(0))
    .min(1)
    .default([10_000, 10_000, 10_000, 10_000, 10_000, 10_000]),
  /** Tonle's ORDER_NOT_EXIST is believed when the push is older than this, ms. */
  notFoundFinalMs: z.number().int().min(0).default(70_000),
});
export type AlipayScheme = z.infer<typeof alipayScheme>;

/** Alipay+ with its wallets and shops; `settings` is what an installation or a test chooses. */
export function alipayPlus(settings: Partial<AlipayScheme> = {}): AlipayScheme {
  const file = new URL('./alipay.json', import.meta.url);
  return alipayScheme.parse({ ...(JSON.parse(readFileSync(file, 'utf8')) as object), ...settings });
}
