import { readFileSync } from 'node:fs';
import { isReason, type Reason } from '@tonle/contracts';
import { isKnownCode, processedMessages } from '@tonle/iso20022';
import { z } from 'zod';
import { jsonQuestions } from './json-api.js';

// What differs between networks of plain ISO 20022, as data that is read from JSON. What the standard says of its own
// codes is the default, in standard-codes.json; everything is checked when a profile is read, so that a network that could
// not work does not start.

const STANDARD = JSON.parse(readFileSync(new URL('./standard-codes.json', import.meta.url), 'utf8')) as {
  statuses: Record<string, z.infer<typeof statusClass>>;
  duplicates: string[];
  notFound: string;
  refusals: Record<string, Reason>;
};

const statusClass = z.enum(['accepted', 'in_progress', 'rejected', 'blocked']);
const reason = z.custom<Reason>((text) => typeof text === 'string' && isReason(text), {
  message: 'not a reason of the registry',
});
const millis = (max: number) => z.number().int().min(1).max(max);
const path = z.string().startsWith('/').max(200);

/** A code of one of the external code sets of ISO 20022. */
function codeOf(...sets: readonly string[]) {
  return z.string().refine((code) => sets.some((set) => isKnownCode(set, code) === true), {
    error: `in no edition of ${sets.join(' or ')}`,
  });
}

/** A version of the message that can be written and read, e.g. `pacs.008.001.08`. */
function versionOf(message: string) {
  return z
    .string()
    .refine((version) => version.startsWith(`${message}.001.`) && processedMessages().includes(version), {
      error: `not a version of ${message} that is written here`,
    });
}

/** A regular expression, kept compiled; `whole`: it must fit the whole text. */
function pattern(whole: boolean) {
  return z
    .string()
    .max(300)
    .transform((text, context) => {
      try {
        return new RegExp(whole ? `^(?:${text})$` : text, 'gu');
      } catch {
        context.addIssue({ code: 'custom', message: 'not a regular expression' });
        return z.NEVER;
      }
    });
}

const paymentStatus = codeOf('ExternalPaymentTransactionStatus1Code');
const statusReason = codeOf('ExternalStatusReason1Code');

/** One kind of account or proxy: what a payer may write, and how the wire has it. */
const accountKind = z.strictObject({
  /** Type on the wire and in our API; `*` is every other type that somebody names. */
  type: z.string().min(1).max(35),
  /** True: the wire has it as a proxy. False: as an account number, with the type as its scheme. */
  proxy: z.boolean().default(false),
  /** The whole text, without spacers, must fit. */
  form: pattern(true),
  /** What becomes of a text that fits: `$1` is the first group of the form. Default: as it stands. */
  written: z.string().default('$&'),
  /**
   * Of accounts that begin with their bank: its member id in the clearing system and what is left of the account, by
   * groups of the form. The bank is then the creditor's agent, and the wire has the rest as the account.
   */
  bank: z.strictObject({ member: z.string().min(1), account: z.string().min(1) }).optional(),
  /** A check digit: of what is left of the account without its bank, else of all of it. */
  check: z.literal('luhn').optional(),
  /** A text without a type is taken for this kind when it fits, and fits the pattern if there is one. */
  guessed: z.union([z.boolean(), pattern(true)]).default(false),
});
export type AccountForm = z.infer<typeof accountKind>;

/** How institutions are named on the wire: by BIC, or by their membership in a clearing system. */
const agents = z.discriminatedUnion('by', [
  z.strictObject({ by: z.literal('bic') }),
  z.strictObject({
    by: z.literal('member'),
    /** Code of the clearing system, or its own name when there is no code. */
    clearingSystem: z.string().min(1).max(35).optional(),
    /** Our member id. */
    own: z.string().min(1).max(35),
    /** Participant of the directory -> member id. Who is not a member is named by BIC. */
    members: z.record(z.string(), z.string().min(1).max(35)),
  }),
]);

const profile = z.strictObject({
  /** Name in metrics and evidence; its service is `adapter-<id>`. */
  id: z.string().regex(/^[a-z][a-z0-9-]{1,30}$/),
  /** The day on which the network books, in minutes east of UTC. */
  utcOffsetMinutes: z.number().int().min(-840).max(840),
  agents: agents.prefault({ by: 'bic' }),
  /** Where ISO 20022 messages are signed, both ways: over the HTTP bytes, or inside their header. */
  signature: z.enum(['http', 'xml']).default('http'),
  versions: z.strictObject({
    payment: versionOf('pacs.008'),
    status: versionOf('pacs.002'),
    enquiry: versionOf('pacs.028'),
    proxyRequest: versionOf('acmt.023').optional(),
    rejection: versionOf('admi.002').default('admi.002.001.01'),
  }),
  paths: z
    .strictObject({
      payment: path.default('/iso20022/pacs.008'),
      enquiry: path.default('/iso20022/pacs.028'),
      proxyRequest: path.default('/iso20022/acmt.023'),
    })
    .prefault({}),
  /**
   * Refunds by pacs.004, both ways: what the network gives back of a payment of ours, and what we give back of one of its. Without it
   * we send none, and what the network tells of one is evidence about the payment.
   */
  returns: z
    .strictObject({
      version: versionOf('pacs.004').default('pacs.004.001.09'),
      path: path.default('/iso20022/pacs.004'),
      /** Why, of what we give back. */
      reason: codeOf('ExternalReturnReason1Code').default('MD06'),
    })
    .optional(),
  /** Payments are called back by camt.056 and answered by camt.029, both ways; without it people ask. */
  recalls: z
    .strictObject({
      version: versionOf('camt.056').default('camt.056.001.08'),
      answer: versionOf('camt.029').default('camt.029.001.09'),
      path: path.default('/iso20022/camt.056'),
      answerPath: path.default('/iso20022/camt.029'),
    })
    .optional(),
  /**
   * How many decimals amounts have that we write: `as_paid`, none where only whole units are paid (riel, kip), or all of `iso4217`.
   * Both are read.
   */
  amounts: z.enum(['as_paid', 'iso4217']).default('as_paid'),
  /** How a transfer is settled and who bears its charges. */
  transfer: z
    .strictObject({
      settlementMethod: z.enum(['CLRG', 'INDA', 'INGA']).default('CLRG'),
      chargeBearer: z.enum(['SLEV', 'SHAR', 'DEBT', 'CRED']).default('SLEV'),
    })
    .prefault({}),
  /** Longest waits for answers. What a payment may take a setting says, and the corridor may say less. */
  timeouts: z
    .strictObject({
      enquiryMs: millis(60_000).default(5_000),
      lookupMs: millis(60_000).default(3_000),
      statementMs: millis(300_000).default(25_000),
    })
    .prefault({}),
  /** What an answer to a payment or enquiry means. A status that is not here is ambiguous. */
  answers: z
    .strictObject({
      statuses: z.record(paymentStatus, statusClass).default(STANDARD.statuses),
      /** Rejections that may speak of our own first try: asked about, never taken for a refusal. */
      duplicates: z.array(statusReason).default(STANDARD.duplicates),
      /** Reason of an answer without status to an enquiry about what is not there. */
      notFound: statusReason.default(STANDARD.notFound),
    })
    .prefault({}),
  /** True when the network refuses an acceptance time that is too old, so that its not-found may end a leg. */
  notFoundIsFinal: z.boolean(),
  payees: z.strictObject({
    /** Taken out of what a payer writes, wherever it stands. */
    spacers: pattern(false).optional(),
    /** The first kind that fits is used. */
    accounts: z.array(accountKind).min(1),
    /** Members of the clearing system -> their names: an account that begins with another bank is none. */
    banks: z.record(z.string(), z.string().min(1)).optional(),
    /** The network's reasons -> ours. What is not here is no answer for a code, and `payee_unknown` for an account. */
    refusals: z
      .record(codeOf('ExternalStatusReason1Code', 'ExternalVerificationReason1Code'), reason)
      .default(STANDARD.refusals),
    /** The network reads codes itself: their text is sent to `path`. Of which schemes, the directory says. */
    codes: z.strictObject({ path: path.default('/qr/resolve') }).optional(),
  }),
  /** Questions that are asked in JSON, with a token and a signature in the body, in place of ISO 20022. */
  json: jsonQuestions.optional(),
  /** The listing of a day: asked for (`{day}` in the path is YYYY-MM-DD), or sent to us by itself, page by page. */
  statement: z
    .discriminatedUnion('kind', [
      z.strictObject({
        kind: z.literal('camt.053'),
        path: path.includes('{day}').default('/statements/camt.053?day={day}'),
        /** Numbers of our accounts there; statements of others are left aside. Without it there may be one a currency. */
        accounts: z.array(z.string().min(1).max(140)).min(1).optional(),
      }),
      z.strictObject({
        kind: z.literal('camt.054'),
        accounts: z.array(z.string().min(1).max(140)).min(1).optional(),
      }),
      z.strictObject({ kind: z.literal('none') }),
    ])
    .prefault({ kind: 'camt.053' }),
  /** Payments that the network sends to us; without it there is no inbound endpoint. */
  inbound: z
    .strictObject({
      /**
       * Published to the network: a payment of this age is refused, so that a "not found" about an older one is final
       * (domain 6.7). We stop earlier ourselves, for the time of our own commit.
       */
      notFoundFinalMs: millis(600_000).default(60_000),
      acceptanceMs: millis(600_000).default(55_000),
    })
    .refine(({ acceptanceMs, notFoundFinalMs }) => acceptanceMs < notFoundFinalMs, {
      path: ['acceptanceMs'],
      error: 'must be shorter than notFoundFinalMs',
    })
    .optional(),
});
export const isoProfile = profile.refine(
  ({ statement, inbound }) => statement.kind !== 'camt.054' || inbound !== undefined,
  { path: ['statement'], error: 'camt.054 comes to our inbound endpoint: say inbound too' },
);
export type IsoProfile = z.output<typeof isoProfile>;

/** Reads a profile from a JSON file. Throws, in one line, with every place that does not fit. */
export function readProfile(file: URL | string): IsoProfile {
  const read = isoProfile.safeParse(JSON.parse(readFileSync(file, 'utf8')));
  if (read.success) return read.data;
  const faults = read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new RangeError(`the profile ${String(file)} cannot be used: ${faults.join('; ')}`);
}

/** What the network's reason means to us; undefined when nobody has said. */
export function reasonOfPartnerCode(
  code: string | undefined,
  refusals: IsoProfile['payees']['refusals'],
): Reason | undefined {
  return code !== undefined && Object.hasOwn(refusals, code) ? refusals[code] : undefined;
}
