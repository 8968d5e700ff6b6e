import { readFileSync } from 'node:fs';
import { VERSIONS } from '@tonle/network-fspiop';
import { z } from 'zod';
import { isoScheme } from '../iso20022/scheme.js';

const millis = z.number().int().min(0);
const fspId = z.string().regex(/^[A-Z]{2,32}$/);
/** Who is known, by rule, and at which FSP. */
const payeeRule = isoScheme.shape.payees.element.extend({ fsp: fspId });

/** eKash, a scheme of Mojaloop: the switch, its FSPs and who banks with them, as data. */
const ekashScheme = isoScheme
  .pick({
    certificate: true,
    currency: true,
    amountMax: true,
    utcOffsetMinutes: true,
    mark: true,
    names: true,
    payer: true,
    port: true,
    doorUrl: true,
  })
  .extend({
    /** The FSP id of the switch itself: source of what it decides. Keys: `<hub>-<FSP>.key.pem`, its own too. */
    hub: fspId,
    /** Ours; its key is `TONLE-rwanda.pub.pem`. */
    tonle: fspId,
    /** What the scheme speaks. */
    version: z.enum(VERSIONS).default('1.1'),
    /** Which packets each makes: of Interledger version 1 a payment, of version 4 a prepare. */
    fsps: z.record(fspId, z.strictObject({ form: z.enum(['payment', 'prepare']) })),
    payees: z.array(payeeRule).min(1),
    /** How long a call-back of Tonle is waited for that is about no money. */
    lookupMs: millis.default(10_000),
    /** How long a quote holds. */
    quoteMs: millis.default(120_000),
    /** From the sending of a transfer to its expiry: what is not fulfilled by then is aborted. */
    transferMs: millis.default(30_000),
    /** Waits between questions about an open transfer; the last repeats. */
    enquiryMs: z.array(millis).min(1).default([5_000, 10_000]),
  });
export type EkashScheme = z.infer<typeof ekashScheme>;

/** eKash as the repository has it; `settings` is what an installation or a test chooses. */
export function ekash(settings: Partial<EkashScheme> = {}): EkashScheme {
  const file = new URL('./rwanda.json', import.meta.url);
  return ekashScheme.parse({ ...(JSON.parse(readFileSync(file, 'utf8')) as object), ...settings });
}
