import { z } from 'zod';
import { isCorrelationId } from './ids.js';
import { isBinary32 } from './ilp-packet.js';
import { money, moneyOrZero } from './money.js';

// The bodies of the API Definition, versions 1.1 and 2.0, as far as a payment needs them. Members that are not known here
// are let through: schemes have extensions of their own, and later versions have more.

/** Lengths of JSON Schema are counted in code points. */
const text = (max: number) =>
  z
    .string()
    .min(1, 'it is empty')
    .refine((value) => value.length <= max || [...value].length <= max, `at most ${max} characters`);
const correlationId = z.string().refine(isCorrelationId, 'a UUID of version 1 to 5, in lower case');
const binary32 = z.string().refine(isBinary32, '43 characters of base64url: 32 bytes without padding');
const ilpPacket = z
  .string()
  .max(32_768, 'at most 32768 characters')
  .regex(/^[A-Za-z0-9_-]+={0,2}$/, 'base64url');
/** `DateTime`: with milliseconds and a zone, and a day that exists. */
const dateTime = z
  .string()
  .regex(
    /^[1-9]\d{3}-\d\d-\d\dT(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}(?:Z|[+-][01]\d:[0-5]\d)$/,
    'yyyy-MM-ddTHH:mm:ss.SSS with Z or a zone',
  )
  .refine((value) => isDay(value.slice(0, 10)), 'a day that exists');

const extensionList = z.object({
  extension: z
    .array(z.object({ key: text(32), value: text(128) }))
    .min(1)
    .max(16, 'at most 16 extensions'),
});
const fspId = text(32);
const partyIdType = z.enum([
  'MSISDN',
  'EMAIL',
  'PERSONAL_ID',
  'BUSINESS',
  'DEVICE',
  'ACCOUNT_ID',
  'IBAN',
  'ALIAS',
]);
const partyIdInfo = z.object({
  partyIdType,
  partyIdentifier: text(128),
  partySubIdOrType: text(128).optional(),
  fspId: fspId.optional(),
  extensionList: extensionList.optional(),
});
const party = z.object({
  partyIdInfo,
  merchantClassificationCode: z
    .string()
    .regex(/^\d{1,4}$/, '1 to 4 digits')
    .optional(),
  name: text(128).optional(),
});
const transactionType = z.object({
  scenario: z.enum(['DEPOSIT', 'WITHDRAWAL', 'TRANSFER', 'PAYMENT', 'REFUND']),
  subScenario: z
    .string()
    .regex(/^[A-Z_]{1,32}$/, 'capital letters and underscores')
    .optional(),
  initiator: z.enum(['PAYER', 'PAYEE']),
  initiatorType: z.enum(['CONSUMER', 'AGENT', 'BUSINESS', 'DEVICE']),
  refundInfo: z
    .object({ originalTransactionId: correlationId, refundReason: text(128).optional() })
    .optional(),
});
const transferState = z.enum(['RECEIVED', 'RESERVED', 'COMMITTED', 'ABORTED']);

/** A person, a business or an account of an FSP. */
export type FspiopParty = z.infer<typeof party>;
export type PartyIdType = z.infer<typeof partyIdType>;
export type ExtensionList = z.infer<typeof extensionList>;

/** `PUT /parties/{Type}/{ID}`. */
export const partiesPut = z.object({ party });

/** `POST /quotes`. */
export const quotesPost = z.object({
  quoteId: correlationId,
  transactionId: correlationId,
  payee: party,
  payer: party,
  amountType: z.enum(['SEND', 'RECEIVE']),
  amount: money,
  fees: moneyOrZero.optional(),
  transactionType,
  note: text(128).optional(),
  expiration: dateTime.optional(),
  extensionList: extensionList.optional(),
});
export type QuotesPost = z.infer<typeof quotesPost>;

/** `PUT /quotes/{ID}`. */
export const quotesPut = z.object({
  transferAmount: money,
  payeeReceiveAmount: money.optional(),
  payeeFspFee: moneyOrZero.optional(),
  payeeFspCommission: moneyOrZero.optional(),
  expiration: dateTime,
  ilpPacket,
  condition: binary32,
  extensionList: extensionList.optional(),
});

/** `POST /transfers`. */
export const transfersPost = z.object({
  transferId: correlationId,
  payeeFsp: fspId,
  payerFsp: fspId,
  amount: money,
  ilpPacket,
  condition: binary32,
  expiration: dateTime,
  extensionList: extensionList.optional(),
});
export type TransfersPost = z.infer<typeof transfersPost>;

/** `PUT /transfers/{ID}`: money is moved only with a fulfilment. */
export const transfersPut = z
  .object({
    fulfilment: binary32.optional(),
    completedTimestamp: dateTime.optional(),
    transferState,
    extensionList: extensionList.optional(),
  })
  .refine(({ transferState: state, fulfilment }) => fulfilment !== undefined || state !== 'COMMITTED', {
    path: ['fulfilment'],
    message: 'needed for COMMITTED',
    params: { isMissing: true },
  });
export type TransfersPut = z.infer<typeof transfersPut>;

/** `PATCH /transfers/{ID}`: how a transfer ended that the payee's FSP had reserved. */
export const transfersPatch = z.object({
  completedTimestamp: dateTime,
  transferState,
  extensionList: extensionList.optional(),
});

/** The body of every `.../error` and of an answer that refuses. */
export const errorBody = z.object({
  errorInformation: z.object({
    errorCode: z.string().regex(/^[1-9]\d{3}$/, 'four digits'),
    errorDescription: text(128),
    extensionList: extensionList.optional(),
  }),
});

/** What a packet holds of its quote. */
export const transaction = z.object({
  transactionId: correlationId,
  quoteId: correlationId,
  payee: party,
  payer: party,
  amount: money,
  transactionType,
  note: text(128).optional(),
  extensionList: extensionList.optional(),
});

export type FspiopReading<Body> =
  | { readonly kind: 'ok'; readonly body: Body }
  /** `detail`: where, and how it should be. */
  | { readonly kind: 'refused'; readonly code: '3101' | '3102'; readonly detail: string };

/** A body by its schema. Total; of what is wrong the first fault is told: 3102 for what is missing, else 3101. */
export function readFspiop<Body>(schema: z.ZodType<Body>, bytes: Uint8Array): FspiopReading<Body> {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return { kind: 'refused', code: '3101', detail: 'the body is no JSON in UTF-8' };
  }
  const read = schema.safeParse(value, { reportInput: true });
  if (read.success) return { kind: 'ok', body: read.data };
  const [issue] = read.error.issues;
  const { path = [], message = '' } = issue ?? {};
  const place = path.length === 0 ? 'the body' : path.join('.');
  const isMissing =
    (issue?.code === 'invalid_type' && issue.input === undefined) ||
    (issue?.code === 'invalid_value' && issue.input === undefined) ||
    (issue?.code === 'custom' && issue.params?.['isMissing'] === true);
  return isMissing
    ? { kind: 'refused', code: '3102', detail: `${place} is missing` }
    : { kind: 'refused', code: '3101', detail: `${place}: ${message}` };
}

function isDay(text: string): boolean {
  const at = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text);
}
