import { trouble } from '@tonle/contracts';
import { z } from 'zod';

export const publicServices = z
  .object({
    services: z.array(
      z.object({
        service: z.string(),
        state: z.enum(['ok', 'impaired', 'unavailable', 'silent']).meta({
          description:
            'Whether it does its work: all of it, not all, none for now; `silent`: it did not answer, and nothing is known',
        }),
        troubles: z.array(trouble).meta({ description: 'The parts that are wanting' }),
        queueOldestMs: z.int().optional().meta({
          description:
            'How long the oldest payment that it took waits until routing has it, milliseconds; absent when it takes none',
        }),
      }),
    ),
  })
  .meta({ id: 'SwitchServices' });
export type PublicServices = z.infer<typeof publicServices>;
