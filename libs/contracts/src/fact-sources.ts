import { z } from 'zod';
import { instant } from './calls-contract.js';
import { direction, legKind, uuid } from './messages.js';

// What services tell settlement for reports, by source (record 43). One more source is one more entry here, and a gatherer in each of its services.

const minor = z.string().regex(/^\d{1,30}$/);
const signedMinor = z.string().regex(/^-?\d{1,30}$/);

const unknownFact = z.object({
  paymentId: uuid,
  corridor: z.string(),
  direction,
  /** Participant that stands for the network of the leg. */
  partner: z.string(),
  leg: legKind,
  state: z.string(),
  since: instant,
  currency: z.string(),
  minor,
  /** How often the leg was sent. */
  attempts: z.number().int(),
  /** What was heard of the leg last, and when. */
  lastAnswer: z.string().nullable(),
  lastAnswerAt: instant.nullable(),
  nextAt: instant.nullable(),
  /** Who has proposed what became of it. */
  owner: z.string().nullable(),
});

/**
 * Bands of durations, in ms: the first is up to the first of these, the last is longer than all of them. Facts that are told have them, so
 * they never change.
 */
export const SPEED_EDGES_MS = [
  50, 100, 200, 300, 500, 750, 1_000, 1_500, 2_000, 3_000, 5_000, 10_000, 20_000, 60_000, 300_000, 3_600_000,
  86_400_000,
] as const;
const count = z.number().int().nonnegative();

const hourOfCorridor = { hour: instant, corridor: z.string(), direction };

const stageFact = z.object({
  /** A leg; `switch` without both, `total` from the door until the payee is credited. */
  stage: z.enum(['debit', 'credit', 'switch', 'total']),
  /** Participant that stands for the network of a leg. */
  partner: z.string().nullable(),
  /** Payments of which the leg was sent, of which it was answered, and of which there was doubt. */
  asked: count,
  answered: count,
  doubtful: count,
  /** Minutes in which payments were sent and none of them was answered. */
  silentMinutes: count,
  /** How many took so long, by band. */
  bands: z.array(count).length(SPEED_EDGES_MS.length + 1),
});

const rejectFact = z.object({
  reason: z.string(),
  isoReason: z.string().nullable(),
  /** A participant, or `switch`. */
  by: z.string(),
  currency: z.string(),
  count,
  minor,
});

/** Payments that came in an hour, and what has become of them. */
const paymentHourFact = z.object({
  ...hourOfCorridor,
  received: count,
  open: count,
  completed: count,
  rejected: count,
  expired: count,
  blocked: count,
  /** Of which the outcome was not known for a while. */
  unknown: count,
  stages: z.array(stageFact),
  rejects: z.array(rejectFact),
});

/** What a participant had and might owe shortly after an hour, and the most that was used in it. */
const liquidityHourFact = z.object({
  hour: instant,
  participant: z.string(),
  currency: z.string(),
  prefund: minor,
  cap: minor,
  position: signedMinor,
  pending: minor,
  headroom: signedMinor,
  usedMost: signedMinor,
  /** Of prefund and cap; null where there is neither. */
  usedMostPercent: z.number().int().nullable(),
});

/** Limits of a corridor on a local day of the payers, and how much of them payers used. */
const limitDayFact = z.object({
  day: z.iso.date(),
  corridor: z.string(),
  currency: z.string(),
  perPayment: minor.nullable(),
  perPayerDay: minor.nullable(),
  payers: count,
  usedMost: minor,
  /** Who used 80 % of it, and who all of it. */
  payersNear: count,
  payersFull: count,
});

/** A payment that screening held. Of its parties only which one it was. */
const screeningFact = z.object({
  paymentId: uuid,
  party: z.string(),
  listEntry: z.string(),
  since: instant,
  until: instant,
  decision: z.string().nullable(),
  decidedAt: instant.nullable(),
  reviewer: z.string().nullable(),
  reason: z.string().nullable(),
});

/** A provider's offers in the quotes of an hour. Ratios are in millionths, summed up over the quotes. */
const quoteHourFact = z.object({
  ...hourOfCorridor,
  provider: z.string(),
  /** Quotes that it was asked for, made an offer for, won; of these used, expired, and open or given back. */
  asked: count,
  offered: count,
  won: count,
  used: count,
  expired: count,
  /** Sum of the improvements of those won, basis points. */
  improvementPoints: z.string().regex(/^-?\d+$/),
  /** Offers that could be held against a mid rate, and how far they were from it. */
  compared: count,
  distance: z.string().regex(/^-?\d+$/),
  lost: z.array(z.object({ because: z.string(), count })),
});

/** What payments of an hour's quotes cost their payers against the mid rate. Ratios are in millionths of what was paid, summed up. */
const costHourFact = z.object({
  ...hourOfCorridor,
  currency: z.string(),
  payments: count,
  cost: z.string().regex(/^-?\d+$/),
  margin: z.string().regex(/^-?\d+$/),
  fees: z.string().regex(/^-?\d+$/),
  above1: count,
  above3: count,
  /** Without a mid rate to hold them against. */
  notCompared: count,
});

/** A payment that is called back, as its recall stands. */
const recallFact = z.object({
  recallId: uuid,
  paymentId: uuid,
  corridor: z.string(),
  direction,
  asker: z.string(),
  answerer: z.string(),
  caseId: z.string().nullable(),
  reason: z.string(),
  isoReason: z.string(),
  currency: z.string(),
  minor,
  byPeople: z.boolean(),
  state: z.string(),
  /** Why an answer refused. */
  refusal: z.string().nullable(),
  receivedAt: instant,
  deadline: instant,
  endedAt: instant.nullable(),
  /** Until when the money of an accepted one comes, and whether it was due and has not. */
  moneyDue: instant.nullable(),
  moneyMissing: z.boolean(),
});

/** A participant as the directory has it. */
const participantFact = z.object({
  participant: z.string(),
  kind: z.string(),
  country: z.string().nullable(),
  /** Currency -> what it may owe. */
  caps: z.record(z.string(), minor),
});

const keyFact = z.object({
  participant: z.string(),
  keyId: z.string(),
  algorithm: z.string(),
  /** What the participant's keys may do. */
  uses: z.array(z.string()),
  /** SHA-256 of the public key as DER, hexadecimal; null where it cannot be read. */
  sha256: z.string().nullable(),
  validFrom: instant,
  validTo: instant,
});

const calendarFact = z.object({
  network: z.string(),
  /** Participant that stands for it in windows. */
  participant: z.string(),
  countries: z.array(z.string()),
  currencies: z.array(z.string()),
  calendar: z.string(),
  version: z.number().int(),
  cutOff: z.string(),
  utcOffsetMinutes: z.number().int(),
  holidays: z.array(z.iso.date()),
  /** Last day that they cover. */
  holidaysUntil: z.string().nullable(),
  holidaysSource: z.string().nullable(),
});

/** An entry of a service's audit log. */
const auditEntryFact = z.object({
  number: z.number().int().min(1),
  day: z.iso.date(),
  at: instant,
  /** As it was hashed, to the byte. */
  entry: z.string(),
});

/** A record that could not be handled or not be sent, and what people did with it; nothing of what it says. */
const deadLetterFact = z.object({
  /** Who could not handle it; `outbox`: it could not be sent. */
  reader: z.string(),
  topic: z.string(),
  type: z.string(),
  /** A payment or another id of ours; of any other the beginning of its SHA-256. */
  key: z.string(),
  errorClass: z.string(),
  firstAt: instant,
  lastAt: instant,
  attempts: z.number().int(),
  result: z.enum(['OPEN', 'FAILED_AGAIN', 'REPLAYED', 'DISCARDED']),
  /** Who replayed or discarded it last, and when. */
  by: z.string().nullable(),
  at: instant.nullable(),
});

/** Of a source that every service of the switch has, whichever those are. */
export const EVERY_SERVICE: readonly string[] = ['*'];

/** A fact is as of an hour, of a thing as it stands, or of a deed; what is gone is told as gone. */
const source = <B extends z.ZodType>(services: readonly string[], body: B) => ({ services, body });

/** Amounts are decimal text in minor units. */
export const FACT_SOURCES = {
  /** Payments whose outcome is not known, by id. */
  'routing.unknown': source(['routing'], unknownFact),
  /** By hour, corridor and direction. */
  'routing.payment-hour': source(['routing'], paymentHourFact),
  /** By hour, participant and currency. */
  'routing.liquidity-hour': source(['routing'], liquidityHourFact),
  /** By day, corridor and currency. */
  'routing.limit-day': source(['routing'], limitDayFact),
  /** By payment. */
  'routing.screening': source(['routing'], screeningFact),
  /** By recall. */
  'routing.recall': source(['routing'], recallFact),
  /** By participant. */
  'routing.participant': source(['routing'], participantFact),
  /** By hour, corridor, direction and provider. */
  'fx.quote-hour': source(['fx'], quoteHourFact),
  /** By hour, corridor, direction and currency. */
  'fx.cost-hour': source(['fx'], costHourFact),
  /** Public keys of participants as the directory has them. */
  'routing.key': source(['routing'], keyFact),
  /** Banking days and cut-offs, network by network. */
  'routing.calendar': source(['routing'], calendarFact),
  /** By service and number. */
  'switch.audit-entry': source(EVERY_SERVICE, auditEntryFact),
  /** By service and letter. */
  'switch.dead-letter': source(EVERY_SERVICE, deadLetterFact),
};

export type FactSourceName = keyof typeof FACT_SOURCES & string;
export type FactBody<Name extends FactSourceName> = z.infer<(typeof FACT_SOURCES)[Name]['body']>;
