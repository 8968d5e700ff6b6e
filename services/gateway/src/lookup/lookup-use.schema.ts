import { lookupCounts } from '@tonle/contracts';
import { z } from 'zod';

const counts = lookupCounts.extend({ asked: z.int() });

export const publicLookupUse = z
  .object({
    participants: z.array(
      z.object({
        participant: z.string(),
        door: z.string().meta({ description: '`gateway`, or the adapter that its network calls' }),
        budget: z.object({
          burst: z.int().meta({ description: 'Lookups at once' }),
          perSecond: z.number().meta({ description: 'What comes back with time' }),
          perPayment: z.number().meta({ description: 'What each completed payment gives back' }),
        }),
        hour: counts.meta({ description: 'The last hour, to ten minutes' }),
        day: counts.meta({ description: 'The last 24 hours, to ten minutes' }),
      }),
    ),
    silentAdapters: z.array(z.string()).meta({ description: 'Adapters whose counts are missing' }),
  })
  .meta({ id: 'LookupUse' });
export type PublicLookupUse = z.infer<typeof publicLookupUse>;
