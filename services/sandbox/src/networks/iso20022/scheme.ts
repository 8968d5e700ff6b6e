import { readFileSync } from 'node:fs';
import { SCHEMES, type SchemeId } from '@tonle/emvqr';
import { z } from 'zod';

const SCHEME_IDS = [...new Set(SCHEMES.map(({ id }) => id))] as [SchemeId, ...SchemeId[]];
const pattern = z.string().refine(isPattern, { message: 'not a regular expression' });
const millis = z.number().int().min(0);
const port = z.number().int().min(0).max(65_535);

/** One kind of payee: who is known, who is closed, and the ISO reason for everybody else. The first rule that fits is used. */
const payeeRule = z.strictObject({
  /** Account or proxy types as the wire names them; the first is told to who asked. */
  types: z.array(z.string()).min(1),
  /** A text of this form is of this kind when nobody says its type. */
  form: pattern,
  known: pattern,
  closed: pattern.optional(),
  named: z.enum(['person', 'shop']),
  unknown: z.string().min(1),
});

/**
 * A network that speaks plain ISO 20022 over HTTPS with mutual TLS, as data: whoever makes another one writes a file.
 * The simulator has its own reading of the wire; it shares no code with an adapter beyond the message library.
 */
export const isoScheme = z.strictObject({
  /** Name in the control API, in faults and of the books. */
  id: z.string().regex(/^[a-z][a-z0-9-]{1,30}$/),
  /** Signs with `<participant>.key.pem`. */
  participant: z.string(),
  /** Shows `<certificate>.crt`. */
  certificate: z.string(),
  bic: z.string().length(11),
  /** Institutions are named by their membership in a clearing system: the network's own and Tonle's. Absent: by BIC. */
  members: z
    .strictObject({
      clearingSystem: z.string().optional(),
      own: z.string(),
      tonle: z.string(),
      /** An account begins with its bank's member id, which a payment has as the creditor's agent. */
      headAccounts: z.boolean().default(false),
    })
    .optional(),
  country: z.string().length(2),
  town: z.string(),
  currency: z.string().length(3),
  /** Minor units; more is refused with AM02. */
  amountMax: z.string().regex(/^\d{1,18}$/),
  /** The local day, minutes east of UTC. */
  utcOffsetMinutes: z.number().int().min(-840).max(840),
  /** Begins references and message ids. */
  mark: z.string().regex(/^[A-Z]{2,4}$/),
  names: z.strictObject({
    given: z.array(z.string()).min(1),
    family: z.array(z.string()).min(1),
    shops: z.array(z.string()).min(1),
  }),
  payees: z.array(payeeRule).min(1),
  /** Accounts of its own payers: the prefix, and a number of so many digits. */
  payer: z.strictObject({ prefix: z.string(), digits: z.number().int().min(1).max(15) }),
  /** It reads codes of its country itself (`/qr/resolve`). */
  codes: z
    .strictObject({
      /** This field of a code, behind a mark, is its expiry in epoch milliseconds. */
      expiry: z.strictObject({ field: z.string(), mark: z.string().default('') }).optional(),
      /** What `POST qr` of its control API makes, when nothing else is asked: a row of emvqr's schemes and its fields. */
      sample: z.strictObject({
        scheme: z.enum(SCHEME_IDS),
        variant: z.string().optional(),
        fields: z.record(z.string(), z.string()),
        city: z.string(),
      }),
    })
    .optional(),
  /** It is asked about payees in JSON, with a token and a signature in the body. Keys: `<id>.rsa.key.pem`. */
  json: z
    .strictObject({
      clientId: z.string().default('tonle'),
      clientSecret: z.string().default('sandbox'),
      user: z.string().default('tonle'),
      password: z.string().default('sandbox'),
      /** Life of a token, seconds. */
      tokenSeconds: z.number().int().min(1).default(300),
      /** Where codes are read, below its base. */
      codes: z.string().default('vietqr/resolve'),
      /** So many digits at the beginning of an account are its bank's. */
      bankDigits: z.number().int().min(1).max(12),
      /** ISO reason -> its own error code. */
      errors: z.record(z.string(), z.string()),
    })
    .optional(),
  versions: z.strictObject({
    payment: z.string(),
    status: z.string(),
    enquiry: z.string(),
    proxyReply: z.string(),
    /** A camt.053, which it is asked for, or a camt.054, which it sends by itself. */
    statement: z.string().regex(/^camt\.05[34]\./),
    return: z.string().default('pacs.004.001.09'),
    recall: z.string().default('camt.056.001.08'),
    recallReply: z.string().default('camt.029.001.09'),
  }),
  /** 0 takes any free one. */
  port: port.default(0),
  /** Where Tonle's inbound endpoint for this network is. */
  doorUrl: z.string().default('https://127.0.0.1:1'),
  /** Where ISO 20022 messages are signed, both ways; JSON and what has no body is signed over HTTP in any case. */
  signature: z.enum(['http', 'xml']).default('http'),
  /** A pacs.008 accepted longer ago is refused with TM01. */
  acceptanceMaxMs: millis.default(60_000),
  /** As the payer's side: how long to wait for an answer before asking. */
  answerMs: millis.default(25_000),
  /** Waits between enquiries; the last repeats. */
  enquiryMs: z.array(millis).min(1).default([2_000, 5_000, 10_000]),
  /** Tonle's "not found" is believed when the payment is older than this. */
  notFoundFinalMs: millis.default(60_000),
});
export type IsoScheme = z.infer<typeof isoScheme>;

/** What a run or a test chooses; everything else is the network's own. */
export type SchemeSettings = Partial<
  Pick<
    IsoScheme,
    'port' | 'doorUrl' | 'signature' | 'acceptanceMaxMs' | 'answerMs' | 'enquiryMs' | 'notFoundFinalMs'
  >
>;

/** It tells of its days by itself. */
export function notifies({ versions }: Pick<IsoScheme, 'versions'>): boolean {
  return versions.statement.startsWith('camt.054.');
}

/** The networks of the repository that speak it. */
export type IsoNetworkName = 'thailand' | 'laos' | 'vietnam';

/** One of them. */
export function schemeOf(name: IsoNetworkName, settings: SchemeSettings = {}): IsoScheme {
  const file = new URL(`../${name}/${name}.json`, import.meta.url);
  return isoScheme.parse({ ...(JSON.parse(readFileSync(file, 'utf8')) as object), ...settings });
}

/** Further networks: a JSON file with a list of schemes. Throws with what does not fit. */
export function readSchemes(path: string): IsoScheme[] {
  return z.array(isoScheme).parse(JSON.parse(readFileSync(path, 'utf8')));
}

function isPattern(text: string): boolean {
  try {
    return new RegExp(text) instanceof RegExp;
  } catch {
    return false;
  }
}
