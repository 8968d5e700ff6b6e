import { RECALL_REASONS, settlementMode, type RecallReason } from '@tonle/contracts';
import { z } from 'zod';
import { participantPause, switches } from './switches.schema.js';

// Bodies of the directory's entries: what differs between networks is data (decisions 8).

/** Local time of day, HH:MM. */
const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/);

/** A bank that holds the scheme's money and that of participants: windows are paid there. */
const bankBody = z.strictObject({
  /** Currency -> the scheme's account. */
  accounts: z.record(z.string(), z.string().min(1).max(34)),
  /** How instructions to it are written. */
  instruction: z.enum(['pacs.009', 'pain.001', 'csv']),
  /** How it writes its statements. */
  statement: z.enum(['camt.053', 'mt940', 'csv']),
  /** Its clock and its banking days. */
  calendar: z.string(),
  /** When the statement of a banking day is to be had, by its clock. Absent: as soon as the day is over. */
  statementDue: z.strictObject({ daysAfter: z.number().int().min(0).max(31), at: timeOfDay }).optional(),
});
export type BankBody = z.infer<typeof bankBody>;

export const participantBody = z.object({
  participantId: z.string(),
  name: z.string(),
  kind: z.enum(['bank', 'network', 'fx_provider', 'settlement_bank', 'operator']),
  bic: z.string().optional(),
  country: z.string().length(2).optional(),
  state: z.enum(['active', 'paused', 'send_only', 'receive_only']),
  /** By an operator, for a while: unlike with the state `paused`, refunds go on. */
  pause: participantPause.optional(),
  /** Public keys that verify what this participant signs, several while they rotate; RSA: by a network's own rules. */
  keys: z.array(
    z.object({
      keyId: z.string(),
      algorithm: z.enum(['ecdsa-p256-sha256', 'ed25519', 'rsa-v1_5-sha256']),
      publicKeyPem: z.string(),
      validFrom: z.iso.datetime({ offset: true }),
      validTo: z.iso.datetime({ offset: true }),
    }),
  ),
  /** What its keys may do: `payments`, `rates`, `ops`. */
  scopes: z.array(z.string()),
  /** Accounts on the home rail: the settlement wallet of a bank, the wallets of an FX provider or settlement bank, by currency. */
  railAccounts: z.record(z.string(), z.string()).default({}),
  /** Of a settlement bank that windows are paid at, and that sends statements. */
  bank: bankBody.optional(),
  /** Currency -> its account at the settlement bank that pays there what it owes and is owed. */
  settlementAccounts: z
    .record(z.string(), z.strictObject({ bank: z.string(), account: z.string().min(1).max(34) }))
    .optional(),
  /** Networks that this bank is a member of: it may pay and be paid there. */
  memberOf: z.array(z.string()).default([]),
  /** Domains of account ids on the home rail that belong to this bank: `name@domain`. */
  railDomains: z.array(z.string()).default([]),
  /** Currency -> net debit cap, minor units. */
  caps: z.record(z.string(), z.string()).default({}),
  /** Which directions are paused when so much of prefund and cap is used, percent. */
  stopsAt: z
    .array(
      z.object({
        currency: z.string(),
        percent: z.number().int().min(1).max(100),
        corridor: z.string(),
        direction: z.enum(['outbound', 'inbound']),
      }),
    )
    .optional(),
  /** Reports that it gets without asking for them, by currencies. */
  reports: z
    .strictObject({
      /** Its position of the day so far, each hour: camt.052. */
      accountReports: z.array(z.string()).default([]),
      /** Each credit to its position, within a minute: camt.054. */
      creditNotifications: z.array(z.string()).default([]),
      /** Places of the settings where they are laid down, too. */
      deliver: z.array(z.string()).default([]),
    })
    .optional(),
  /** How many payees it may look up, when it is not what everybody may: see lookupTermsOf. */
  lookups: z
    .object({
      /** At once. */
      burst: z.number().int().positive().max(1_000_000),
      /** What comes back with time. */
      perSecond: z.number().positive().max(100_000),
      /** What each completed payment gives back. */
      perPayment: z.number().min(0).max(100),
    })
    .optional(),
});
export type ParticipantBody = z.infer<typeof participantBody>;

export const networkBody = z.object({
  networkId: z.string(),
  name: z.string(),
  /** Home: the network whose members are our participants. Partner: one abroad, or one of cards and wallets. */
  side: z.enum(['home', 'partner']),
  /** Participant that stands for the network in positions and windows. */
  participant: z.string(),
  /** Adapter service that speaks for it; no other network has the same. */
  adapter: z.string(),
  /** Where its accounts are. Shown to people; tells networks apart that know the same kind of account. */
  countries: z.array(z.string().length(2)).min(1),
  /** Schemes of the codes that it pays, by their names in emvqr. */
  schemes: z.array(z.string()),
  /** Countries (tag 58) whose codes of a scheme it takes, by scheme; of one that is not named: wherever the code is from. */
  codeCountries: z.record(z.string(), z.array(z.string().length(2)).min(1)).optional(),
  /** Kinds of accounts and proxies that it finds, and the one that is meant when a request names none. */
  accounts: z.object({
    kinds: z.array(z.string()).min(1),
    default: z.string(),
    /** The kind that is meant when a request names none and gives a proxy (an ISO 20022 `Prxy`); absent: `default`. */
    defaultProxy: z.string().optional(),
    /** How one account is written, so that limits and checks know it again: the doors write each account so, once. */
    spelling: z
      .object({
        /** `lower`, `upper`: letter case makes no difference, and this one is written; `kept`: it does. */
        letterCase: z.enum(['lower', 'upper', 'kept']),
        /** Characters that make no difference, such as blanks and dashes: they are left out. */
        leftOut: z.string().optional(),
      })
      .optional(),
  }),
  /** What finds our payment in its statements for certain: the UETR, or the reference that it gave us. */
  strongKey: z.enum(['uetr', 'partnerRef']),
  /** False: it gives no statements, so there is nothing to compare with ours. */
  statements: z.boolean().optional(),
  settlementMode,
  /** Currency -> the settlement bank that pays its windows, so many days after theirs at the earliest; with DEFERRED_NET. */
  settles: z
    .record(z.string(), z.strictObject({ bank: z.string(), lagDays: z.number().int().min(0).max(31) }))
    .optional(),
  /** Name of the rail that settles at once; with GROSS_RT. */
  rail: z.string().optional(),
  currencies: z.array(z.string()).min(1),
  calendar: z.string(),
  /** When it takes payments, in the time of its calendar; absent: always. Past midnight when `to` is before `from`. */
  openingHours: z.object({ from: timeOfDay, to: timeOfDay, bankingDaysOnly: z.boolean() }).optional(),
  /**
   * When the statement of a day is to be had: so many days later, from this time on, by its calendar's clock. Absent: as soon as
   * the day is over.
   */
  statementDue: z.object({ daysAfter: z.number().int().min(1).max(31), at: timeOfDay }).optional(),
  /**
   * By its contract: a payment that the statements of so many days in a row lack, from that of its own day on, was never received.
   * Absent: two.
   */
  absentAfterDays: z.number().int().min(1).max(31).optional(),
  /** Paused: no new payments, in no corridor, and no refunds. */
  state: z.enum(['active', 'paused']),
  switches: switches.optional(),
});
export type NetworkBody = z.infer<typeof networkBody>;

/** Of a corridor: `live`; `pilot`, for some only; `planned`, agreed upon by a memorandum and no more. */
const corridorStatus = z.enum(['live', 'pilot', 'planned']);

/**
 * Until when a payment may be called back, from its completion, and how long an answer has, from the recall: banking days of the side
 * that answers, calendar months there, or the days of the corridor's refunds.
 */
const recallTime = z.union([
  z.strictObject({ bankingDays: z.number().int().min(1).max(250) }),
  z.strictObject({ months: z.number().int().min(1).max(120) }),
  z.literal('refunds'),
]);
export type RecallTime = z.infer<typeof recallTime>;

/** When a refund gives back the scheme fee of its payment. */
export const FEE_RETURNS = ['switch_fault', 'always', 'never'] as const;

/** How long a payment waits for a network that is down, and how many of a corridor may. */
const queueWhenDown = z.strictObject({
  seconds: z.number().int().min(1).max(3_600),
  payments: z.number().int().min(1).max(10_000),
});
export type QueueWhenDown = z.infer<typeof queueWhenDown>;

export const corridorBody = z.object({
  corridorId: z.string(),
  /** What people are told to expect of it; whether a payment may start is `open`. Absent: live. */
  status: corridorStatus.default('live'),
  /** Shown to people with the status: why it is not live. One that is not has it. */
  note: z.string().trim().min(1).max(300).optional(),
  /** Network ids. */
  home: z.string(),
  partner: z.string(),
  /**
   * Currencies of the home network that this corridor serves, for payers and payees; absent: all of them. Links in local
   * currency serve accounts in it alone.
   */
  homeCurrencies: z.array(z.string()).min(1).optional(),
  /** Currency of both sides -> the settlement bank that payments in it alone run through; absent: there are none. */
  settlementBanks: z.record(z.string(), z.string()).optional(),
  open: z.object({ outbound: z.boolean(), inbound: z.boolean() }),
  switches: switches.optional(),
  /**
   * New payments while a network of it does not answer: `refuse` takes none, so that nobody is debited for nothing; `try` takes
   * them, and they fail when it is not back in time; `queue` takes those of participants, which wait undebited. Absent: `try`.
   */
  whenDown: z.union([z.enum(['refuse', 'try']), z.strictObject({ queue: queueWhenDown })]).optional(),
  /** Of corridors that reach one payee at the same cost, the one with the highest is offered first; absent: 0. */
  priority: z.number().int().min(0).max(1_000).optional(),
  /**
   * Refunds of its payments, both ways: until so many days after the payment, at the rate of the payment or at that of the day.
   * Absent: the corridor has none.
   */
  refunds: z
    .object({
      days: z.number().int().min(1).max(3_650),
      rate: z.enum(['original', 'today']),
      /** When the scheme fee of the payment is given back with it; absent: by a fault of the switch. */
      schemeFee: z.enum(FEE_RETURNS).optional(),
    })
    .optional(),
  /** Times of recalls by their reason, where they are not the usual ones; never longer than those of refunds. */
  recalls: z
    .partialRecord(z.enum(Object.keys(RECALL_REASONS) as [RecallReason, ...RecallReason[]]), recallTime)
    .optional(),
  /** Purpose codes a direction demands; empty: none demanded. */
  requiredPurposes: z.object({ outbound: z.array(z.string()), inbound: z.array(z.string()) }),
  /** Source-side limits in minor units by currency. */
  limits: z.object({
    perPayment: z.record(z.string(), z.string()),
    perDebtorDay: z.record(z.string(), z.string()),
  }),
  /** Scheme fees invoiced to the debtor's agent, minor units of the source currency, per direction. */
  schemeFee: z.object({
    outbound: z.record(z.string(), z.string()),
    inbound: z.record(z.string(), z.string()),
  }),
  timers: z.object({
    paymentMs: z.number().int(),
    payerLegMs: z.number().int(),
    beneficiaryLegMs: z.number().int(),
    creditGuardMs: z.number().int(),
    screeningHoldMs: z.number().int(),
    notFoundFinalAfterMs: z.number().int(),
    /** Waits between enquiries; the last repeats until `reviewAfterMs`. */
    enquiryMs: z.array(z.number().int()),
    reviewAfterMs: z.number().int(),
    quoteMs: z.number().int(),
  }),
});
export type CorridorBody = z.infer<typeof corridorBody>;

export const calendarBody = z.object({
  calendarId: z.string(),
  version: z.number().int(),
  /** Fixed offset of the business day, minutes east of UTC. */
  utcOffsetMinutes: z.number().int(),
  /** Local time of day at which a window is cut off, HH:MM. */
  cutOff: timeOfDay,
  /** Local dates that are no banking days; Saturdays and Sundays are none either. */
  holidays: z.array(z.string()),
  /** Last local date that `holidays` covers: operators are told before it comes. Absent: nobody is told. */
  holidaysUntil: z.string().optional(),
  /** Where the holidays are from, and how sure they are; for people. */
  holidaysSource: z.string().optional(),
});
export type CalendarBody = z.infer<typeof calendarBody>;
