import { readFileSync } from 'node:fs';
import { z } from 'zod';

const names = z.array(z.string()).min(1);
const inJapanese = z.record(z.string(), z.string());

/** The aggregator as the sandbox has it: who it is, whose codes it takes, how long it waits. */
const japanScheme = z.strictObject({
  /** Signs with `<key>.key.pem`, under this version. */
  key: z.string().default('JPAGGR-RSA-1'),
  keyVersion: z.string().default('1'),
  /** Tonle signs with `<tonleKey>.pub.pem`, under this version. */
  tonleKey: z.string().default('TONLE-japan'),
  tonleKeyVersion: z.string().default('1'),
  clientId: z.string().default('KHSWITCH'),
  utcOffsetMinutes: z.number().default(540),
  port: z.number().int().min(0).max(65_535).default(0),
  doorUrl: z.string().default('https://127.0.0.1:1'),
  /** Issuing body (level 1) -> brand. */
  issuers: z.record(z.string().regex(/^\d{13}$/), z.string()),
  /** Brands that are known and not paid. */
  suspended: z.array(z.string()),
  /** Names of shops and towns, as in tag 59 and 60 -> in Japanese, as in tag 64. */
  shops: inJapanese,
  towns: inJapanese,
  /** Of users of wallets. */
  given: names,
  family: names,
  /** How long an answer to a payment is waited for before it is asked about, ms. */
  answerMs: z.number().int().min(0).default(10_000),
  /** Waits between questions about a payment; the last repeats. */
  enquiryMs: z.array(z.number().int().min(0)).min(1).default([1_000, 3_000, 10_000, 30_000, 60_000]),
  /** Tonle's "unknown" is believed when the payment is older than this, ms. */
  notFoundFinalMs: z.number().int().min(0).default(70_000),
});
export type JapanScheme = z.infer<typeof japanScheme>;

/** The aggregator with its brands; `settings` is what an installation or a test chooses. */
export function jpqrAggregator(settings: Partial<JapanScheme> = {}): JapanScheme {
  const file = new URL('./japan.json', import.meta.url);
  return japanScheme.parse({ ...(JSON.parse(readFileSync(file, 'utf8')) as object), ...settings });
}
