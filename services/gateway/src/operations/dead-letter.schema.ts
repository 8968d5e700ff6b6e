import { z } from 'zod';
import { listedLetter } from '@tonle/contracts';
import { reason } from './operations.schema.js';

/** `<service>.<uuid>`: the service whose table has the record. */
export const letterName = z
  .string()
  .max(120)
  .regex(
    /^[a-z0-9-]+\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
    'Must be an id as the list of dead letters has it.',
  )
  .meta({ description: 'As the list names it' });

export const decideLetterBody = z.strictObject({ reason }).meta({ id: 'DecideDeadLetter' });
export type DecideLetter = z.infer<typeof decideLetterBody>;

export const publicLetters = z
  .object({
    deadLetters: z.array(
      listedLetter.omit({ letterId: true }).extend({ id: z.string(), service: z.string() }),
    ),
    count: z.int().meta({ description: 'All that are open; the latest of each service are listed' }),
    silentServices: z
      .array(z.string())
      .meta({ description: 'Services that did not answer: theirs are neither listed nor counted' }),
  })
  .meta({ id: 'DeadLetters' });
export type PublicLetters = z.infer<typeof publicLetters>;
