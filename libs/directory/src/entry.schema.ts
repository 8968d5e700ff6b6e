import { z } from 'zod';

// Bodies of the directory's entries: what differs between participants and corridors is data (decisions 8).

export const participantBody = z.object({
  participantId: z.string(),
  name: z.string(),
  kind: z.enum(['bank', 'network', 'fx_provider', 'operator']),
  bic: z.string().optional(),
  country: z.string().length(2).optional(),
  state: z.enum(['active', 'paused', 'send_only', 'receive_only']),
  /** Public keys that verify this participant's HTTP message signatures; several overlap while rotating. */
  keys: z.array(
    z.object({
      keyId: z.string(),
      algorithm: z.enum(['ecdsa-p256-sha256', 'ed25519']),
      publicKeyPem: z.string(),
      validFrom: z.iso.datetime({ offset: true }),
      validTo: z.iso.datetime({ offset: true }),
    }),
  ),
  /** What its keys may do: `payments`, `rates`, `ops`. */
  scopes: z.array(z.string()),
  /** Accounts on the home rail: the settlement wallet of a bank, the wallets of an FX provider, by currency. */
  railAccounts: z.record(z.string(), z.string()).default({}),
  /** Domains of account ids on the home rail that belong to this bank: `name@domain`. */
  railDomains: z.array(z.string()).default([]),
  /** Currency -> net debit cap, minor units. */
  caps: z.record(z.string(), z.string()).default({}),
});
export type ParticipantBody = z.infer<typeof participantBody>;

const sideBody = z.object({
  /** Adapter service that speaks for this side. */
  adapter: z.string(),
  /** Participant that stands for the side's network in positions and windows. */
  network: z.string(),
  country: z.string().length(2),
  currencies: z.array(z.string()),
  settlementMode: z.enum(['GROSS_RT', 'DEFERRED_NET']),
  rail: z.string().optional(),
  calendar: z.string(),
});

export const corridorBody = z.object({
  corridorId: z.string(),
  home: sideBody,
  partner: sideBody,
  open: z.object({ outbound: z.boolean(), inbound: z.boolean() }),
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
  cutOff: z.string().regex(/^\d\d:\d\d$/),
  /** Local dates that are no banking days; Saturdays and Sundays are none either. */
  holidays: z.array(z.string()),
});
export type CalendarBody = z.infer<typeof calendarBody>;
