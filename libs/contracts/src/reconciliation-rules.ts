import { z } from 'zod';

// Rules by which sides are compared, as versioned data (domain 7.5). A day keeps the version that it was compared by.

const currency = z.string().regex(/^[A-Z]{3}$/, 'Must be a currency of three letters.');
const minor = z.string().regex(/^(0|[1-9]\d{0,17})$/, 'Must be minor units, without a sign.');

/** What differs between sides may be searched or compared by. */
const FIELDS = [
  'strong_key',
  'end_to_end_id',
  'amount',
  'currency',
  'direction',
  'status',
  'day',
  'time',
  'bank',
  'sum',
] as const;

/** One rule: at which level and in which pass, how many of ours for how many of theirs, and by what. */
export const matchRule = z.strictObject({
  id: z.string().regex(/^[A-Z0-9]{1,12}$/, 'Must be up to 12 capitals or digits.'),
  level: z.enum(['L-P', 'P-B', 'L-B']),
  /** 1 exact, 2 typed difference, 3 suggested, 4 one for several. */
  pass: z.int().min(1).max(4),
  shape: z.enum(['1-1', '1-n', 'n-1']),
  searchKey: z.array(z.enum(FIELDS)),
  matchFields: z.array(z.enum(FIELDS)),
  /** Of a suggested pair: how far apart in time. */
  withinMinutes: z.int().min(1).max(1_440).optional(),
  /** Of one for several: how many at most. */
  partsMax: z.int().min(2).max(16).optional(),
});
export type MatchRule = z.infer<typeof matchRule>;

/** Differences so small, by a partner's own conversion, are no claim: they are booked to ROUNDING (domain 7.6). */
const tolerance = z.strictObject({
  partner: z.string(),
  currency,
  itemMinor: minor,
  /** Together on one day. */
  dayMinor: minor,
});
export type RoundingTolerance = z.infer<typeof tolerance>;

/** What a network takes of each payment, by its contract: fees in its statements are compared with it. */
const contractFee = z.strictObject({
  partner: z.string(),
  currency,
  /** Hundredths of a per cent of the amount. */
  basisPoints: z.int().min(0).max(10_000),
  fixedMinor: minor,
});

/** What may be asked of a bank that pays late, for each day (domain 7.6): a simple yearly rate. */
const lateInterest = z.strictObject({
  currency,
  basisPointsPerYear: z.int().min(1).max(10_000),
  daysOfYear: z.union([z.literal(360), z.literal(365)]),
});

/** Every pass that money is matched by compares at least these. */
const EXACT = ['amount', 'currency', 'direction', 'status', 'day'] as const;

/** What a version of the rules says. */
export const reconciliationRules = z
  .strictObject({
    rules: z.array(matchRule).max(50),
    tolerances: z.array(tolerance).max(200),
    /** Suggested pairs up to this amount are matched without a person; none, where a currency is not named. */
    suggestions: z.array(z.strictObject({ currency, withoutPersonMinor: minor })).max(200),
    /** So many minutes before and after midnight a payment may be on the day beside in their statements; 15 when absent. */
    edgeMinutes: z.int().min(0).max(720).optional(),
    /** Fees of a network that is not named are not compared. */
    fees: z.array(contractFee).max(200).optional(),
    /** Of a currency that is not named no interest is noted. */
    interest: z.array(lateInterest).max(200).optional(),
  })
  .superRefine(({ rules }, context) => {
    const first = rules.find(({ level, pass }) => level === 'L-P' && pass === 1);
    const lacks = EXACT.filter((field) => first?.matchFields.includes(field) !== true);
    if (lacks.length > 0)
      context.addIssue({
        code: 'custom',
        path: ['rules'],
        message: `Pass 1 of L-P must compare ${lacks.join(', ')}.`,
      });
    const ids = rules.map(({ id }) => id);
    const twice = ids.find((id, at) => ids.indexOf(id) !== at);
    if (twice !== undefined)
      context.addIssue({ code: 'custom', path: ['rules'], message: `Rule ${twice} is there twice.` });
  });
export type ReconciliationRules = z.infer<typeof reconciliationRules>;
