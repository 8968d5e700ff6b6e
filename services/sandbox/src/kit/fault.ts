import { carriedText } from '@tonle/contracts';
import { z } from 'zod';

const FAULT_KINDS = [
  'delay',
  'timeout_before',
  'timeout_after',
  'reject',
  'duplicate',
  'late_callback',
  'wrong_amount',
  'garbage',
  'http_5xx',
  'reset',
  'outage',
  'bad_signature',
  'unknown_key',
  'file_late',
  'file_short',
  'file_gap',
  'file_total',
  'discount',
  'call_back_first',
  'call_back_often',
  'call_back_once',
  'token_expired',
  'other_certificate',
  'wrong_fulfilment',
  'huge_answer',
  'wrong_case',
  'pays_short',
  'pays_late',
  'pays_twice',
  'wrong_reference',
  'statement_gap',
  'statement_totals_off',
  'statement_missing',
  'wrong_finalisation',
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

const digits = z.string().regex(/^\d{1,18}$/);

/** Whoever sets what a fault does not use expects something of it. */
const USES: Readonly<Record<'code' | 'texts' | 'delayMs' | 'addMinor' | 'phase', readonly FaultKind[]>> = {
  code: ['reject', 'timeout_after', 'wrong_finalisation'],
  texts: ['reject', 'timeout_after'],
  delayMs: ['delay', 'timeout_before', 'timeout_after', 'late_callback', 'outage', 'reset'],
  addMinor: ['wrong_amount', 'discount', 'pays_short'],
  phase: ['http_5xx', 'reset'],
};
const matched = z.string().min(1).max(140).optional();

/** What `POST /control/faults` takes. */
export const faultRequest = z
  .strictObject({
    /** A simulated network by its id. */
    network: z.string().min(1),
    /** An operation of the network as the README lists them, or `*`. */
    operation: z.string().min(1).max(60).default('*'),
    fault: z.enum(FAULT_KINDS),
    /** Code of a rejection, told or (`timeout_after`) kept to itself: an ISO reason, or the core's text (Bakong). */
    code: carriedText.min(1).max(100).optional(),
    /** Words beside the code, each an AddtlInf of the answer (`pacs.008`). */
    texts: z.array(carriedText.min(1).max(105)).min(1).max(500).optional(),
    /** Share of the calls that are hit, 0 to 1. */
    rate: z.number().min(0).max(1).default(1),
    /** Ends after this many hits; without it, it stays until cleared. */
    count: z.number().int().min(1).max(1_000_000).optional(),
    /** Only calls that fit all of these. */
    match: z
      .strictObject({
        account: matched,
        minor: digits.optional(),
        currency: z
          .string()
          .regex(/^[A-Z]{3}$/, 'three capital letters')
          .optional(),
        uetr: matched,
        reference: matched,
      })
      .default({}),
    /** `delay`, `late_callback`: how long; `outage`: ends by itself after it; the time-outs: hangs up after it. */
    delayMs: z.number().int().min(0).max(3_600_000).optional(),
    /** `http_5xx`, `reset`: before the work (default) or after it. */
    phase: z.enum(['before', 'after']).default('before'),
    /** `wrong_amount`: how many minor units are added to what is booked (default 100). */
    addMinor: z
      .string()
      .regex(/^-?\d{1,15}$/, 'minor units: a whole number of at most 15 digits')
      .optional(),
    seed: z.number().int().default(1),
  })
  .refine((fault) => fault.fault !== 'reject' || fault.code !== undefined, {
    message: 'reject needs a code',
    path: ['code'],
  })
  .refine((fault) => fault.fault !== 'outage' || fault.operation === '*', {
    message: 'an outage hits the whole network',
    path: ['operation'],
  })
  .refine((fault) => fault.fault !== 'outage' || (fault.rate === 1 && fault.count === undefined), {
    message: 'an outage is there until it ends, for every call: it has no rate and no count',
    path: ['rate'],
  })
  .refine((fault) => fault.fault !== 'outage' || Object.keys(fault.match).length === 0, {
    message: 'an outage hits every call',
    path: ['match'],
  })
  .superRefine((fault, context) => {
    const given = { ...fault, phase: fault.phase === 'after' ? fault.phase : undefined };
    for (const [field, uses] of Object.entries(USES) as [keyof typeof USES, readonly FaultKind[]][]) {
      if (given[field] === undefined || uses.includes(fault.fault)) continue;
      context.addIssue({ code: 'custom', path: [field], message: `only for ${uses.join(', ')}` });
    }
  });
export type FaultRequest = z.infer<typeof faultRequest>;
export type FaultMatch = FaultRequest['match'];

export interface Fault extends FaultRequest {
  readonly id: string;
  /** Those that it strikes. */
  readonly operations: readonly string[];
  hits: number;
}

/** What a call is about, to match faults on. */
export interface CallFacts {
  readonly accounts?: readonly (string | undefined)[];
  readonly minor?: bigint;
  readonly currency?: string;
  readonly uetr?: string;
  readonly reference?: string;
}

/** Does the fault's `match` fit the call? */
export function fits(fault: FaultRequest, facts: CallFacts): boolean {
  const { account, minor, currency, uetr, reference } = fault.match;
  if (account !== undefined && facts.accounts?.includes(account) !== true) return false;
  if (minor !== undefined && facts.minor?.toString() !== minor) return false;
  if (currency !== undefined && facts.currency !== currency) return false;
  if (uetr !== undefined && facts.uetr !== uetr) return false;
  return reference === undefined || facts.reference === reference;
}
