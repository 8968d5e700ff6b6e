import { breakerState, CALL_KINDS, lookupsHealth, offeredKey } from '@tonle/contracts';
import { z } from 'zod';

export const publicPartners = z
  .object({
    partners: z.array(
      z.object({
        network: z.string(),
        participant: z.string().meta({ description: 'Who stands for the network' }),
        adapter: z.string(),
        corridors: z.array(z.string()),
        adapterAnswers: z.boolean().meta({ description: 'False: its adapter is away, and nothing is known' }),
        lookups: lookupsHealth
          .optional()
          .meta({ description: 'Questions about payees; absent when the network knows none' }),
        legs: z
          .object({ sends: breakerState, enquiries: breakerState })
          .optional()
          .meta({ description: 'Payments and questions about them; absent when the network moves no money' }),
        lately: z
          .array(
            z.object({
              call: z.enum(CALL_KINDS),
              calls: z.int(),
              answeredShare: z.number().optional(),
              p50Ms: z.int().optional(),
              p95Ms: z.int().optional(),
            }),
          )
          .meta({
            description:
              'What all instances of its adapter asked it in the last five minutes, by kind of call',
          }),
        keys: z
          .array(offeredKey)
          .optional()
          .meta({ description: 'Keys that the network told last; absent when it tells none by message' }),
      }),
    ),
  })
  .meta({ id: 'Partners' });
export type PublicPartners = z.infer<typeof publicPartners>;
