import { askedDay, missingStatement } from '@tonle/contracts';
import { z } from 'zod';
import { publicAmount } from '../http/public-amount.js';
import { printable } from '../payment/payment.schema.js';
import { reason } from './operations.schema.js';

export const proposeCorrectionBody = z
  .strictObject({
    partner: printable(35),
    currency: publicAmount.shape.currency,
    day: askedDay,
    reason,
  })
  .meta({ id: 'ProposeCorrection' });
export type ProposeCorrection = z.infer<typeof proposeCorrectionBody>;

export const publicMissingStatements = z
  .object({ missing: z.array(missingStatement) })
  .meta({ id: 'MissingStatements' });
export type PublicMissingStatements = z.infer<typeof publicMissingStatements>;

export const publicCalendars = z
  .object({
    calendars: z.array(
      z.object({
        calendar: z.string(),
        holidaysUntil: askedDay.optional(),
        daysLeft: z.int().optional(),
        endsSoon: z.boolean(),
      }),
    ),
  })
  .meta({ id: 'Calendars' });
export type PublicCalendars = z.infer<typeof publicCalendars>;
