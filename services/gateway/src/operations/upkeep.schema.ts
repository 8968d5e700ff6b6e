import { missingStatement } from '@tonle/contracts';
import { z } from 'zod';

export const publicMissingStatements = z
  .object({ missing: z.array(missingStatement) })
  .meta({ id: 'MissingStatements' });
export type PublicMissingStatements = z.infer<typeof publicMissingStatements>;

export const publicCalendars = z
  .object({
    calendars: z.array(
      z.object({
        calendar: z.string(),
        holidaysUntil: z.iso.date().optional(),
        daysLeft: z.int().optional(),
        endsSoon: z.boolean(),
      }),
    ),
  })
  .meta({ id: 'Calendars' });
export type PublicCalendars = z.infer<typeof publicCalendars>;
