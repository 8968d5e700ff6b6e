import { settlementMode } from '@tonle/contracts';
import { corridorBody, FEE_RETURNS } from '@tonle/directory';
import { z } from 'zod';
import { publicAmount } from '../http/public-amount.js';

const text = (description: string) => z.string().meta({ description });
const texts = (description: string) => z.array(z.string()).meta({ description });

const openingHours = z.object({
  from: text('Time of day when it opens'),
  to: text('Time of day when it closes; after midnight when it is before `from`'),
  bankingDaysOnly: z.boolean().meta({ description: 'Not on Saturdays, Sundays and holidays' }),
});

const side = z.object({
  country: z.string(),
  network: z.string(),
  name: text('Name of the network'),
  currencies: z.array(z.string()),
  schemes: z
    .array(z.string())
    .meta({ description: 'Schemes of the QR codes that it pays', examples: [['THAI_BILL_PAYMENT']] }),
  codeCountries: z.record(z.string(), z.array(z.string())).optional().meta({
    description: 'Countries whose codes of a scheme it takes, where it does not take them from all',
  }),
  accountTypes: texts('Kinds of accounts and proxies that it finds, as `accountType` of a lookup names them'),
  defaultAccountType: text('The kind that is meant where a message names none'),
  settlementMode,
  utcOffset: z.string().meta({
    description: 'How far its clock is ahead of UTC: hours, cut-off and days are by it',
    examples: ['+07:00'],
  }),
  openingHours: openingHours
    .optional()
    .meta({ description: 'When it takes payments, by its clock; absent: always' }),
  cutOff: z
    .string()
    .meta({ description: 'Time of day at which a settlement window ends', examples: ['23:00'] }),
  nextBankingDay: text('The running day when it is one'),
  nextHoliday: text('The running day when it is one; absent: none is known').optional(),
});
export type PublicSide = z.infer<typeof side>;

/** A value for each direction. */
const byDirection = <Value extends z.ZodType>(value: Value) =>
  z.object({
    outbound: value.meta({ description: 'For payments from here' }),
    inbound: value.meta({ description: 'For payments to here' }),
  });

const refunds = z.object({
  days: z.int().min(1).max(3_650).meta({ description: 'For how many days after the payment' }),
  rate: z.enum(['original', 'today']).meta({
    description: '`original`: at the rate of the payment; `today`: at that of the day of the refund',
  }),
  schemeFee: z
    .enum(FEE_RETURNS)
    .optional()
    .meta({ description: 'When the scheme fee is given back, too; absent: by a fault of the switch' }),
});

const publicCorridor = z.object({
  corridor: z.string(),
  status: corridorBody.shape.status.unwrap().meta({
    description: '`live`; `pilot`, for some only; `planned`, agreed upon by a memorandum and no more',
  }),
  note: text('Why it is not live').optional(),
  home: side.meta({ description: 'The network of the participants here' }),
  partner: side.meta({ description: 'The other network' }),
  open: byDirection(z.boolean()).meta({ description: 'Whether payments are taken now, by direction' }),
  closedBecause: byDirection(z.string().optional()).meta({
    description: 'Why none are taken, of each direction that is closed now',
  }),
  requiredPurposes: byDirection(z.array(z.string())).meta({
    description: 'Purpose codes of which a payment must have one, by direction; empty: none is needed',
  }),
  limits: z
    .object({
      perPayment: z.array(publicAmount).meta({ description: 'For one payment, by currency' }),
      perDebtorDay: z.array(publicAmount).meta({ description: 'For one payer in a day, by currency' }),
    })
    .meta({ description: 'Largest amounts that are taken' }),
  refunds: refunds
    .optional()
    .meta({ description: 'Until when and how payments are given back; absent: they are not' }),
});
export type PublicCorridor = z.infer<typeof publicCorridor>;

export const publicCorridors = z
  .object({ corridors: z.array(publicCorridor).meta({ description: 'All corridors' }) })
  .meta({ id: 'Corridors' });
export type PublicCorridors = z.infer<typeof publicCorridors>;
