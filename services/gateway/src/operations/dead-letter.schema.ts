import { z } from 'zod';
import { letterGroup, letterRedrive, listedLetter, wholeLetter } from '@tonle/contracts';
import { proposedApproval } from './approval.schema.js';
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

/** `<service>.<32 hexadecimal digits>`. */
export const groupName = z
  .string()
  .max(120)
  .regex(/^[a-z0-9-]+\.[0-9a-f]{32}$/, 'Must be an id as the list of groups has it.')
  .meta({ description: 'A group, as the list of groups names it' });

export const listLettersQuery = z.strictObject({ group: groupName.optional() });
export type ListLetters = z.infer<typeof listLettersQuery>;

export const decideLetterBody = z.strictObject({ reason }).meta({ id: 'DecideDeadLetter' });
export type DecideLetter = z.infer<typeof decideLetterBody>;

export const redriveBody = z
  .strictObject({
    reason,
    perSecond: z.int().min(1).max(100).default(10).meta({ description: 'Letters a second, at most' }),
    stopOnFailure: z.boolean().default(true).meta({
      description: 'Ends with the first letter that fails again; else it stays, and the others go on',
    }),
  })
  .meta({ id: 'RedriveDeadLetters' });
export type Redrive = z.infer<typeof redriveBody>;

const service = z.string().meta({ description: 'The service that could not handle or not send it' });
const silentServices = z
  .array(z.string())
  .meta({ description: 'Services that did not answer: theirs are neither listed nor counted' });

export const publicLetters = z
  .object({
    deadLetters: z.array(listedLetter.omit({ letterId: true }).extend({ id: z.string(), service })),
    count: z.int().meta({ description: 'All that are open; the latest of each service are listed' }),
    silentServices,
  })
  .meta({ id: 'DeadLetters' });
export type PublicLetters = z.infer<typeof publicLetters>;

export const publicLetter = wholeLetter
  .omit({ letterId: true })
  .extend({ id: z.string(), service, groupId: groupName })
  .meta({ id: 'DeadLetter' });
export type PublicLetter = z.infer<typeof publicLetter>;

export const revealedLetter = z
  .object({ body: z.string().meta({ description: 'As it came; it may hold personal data' }) })
  .meta({ id: 'RevealedDeadLetter' });
export type RevealedLetter = z.infer<typeof revealedLetter>;

export const rehearsedLetter = z
  .object({
    would: z.array(z.string()).meta({ description: 'What a replay would do now, in its order' }),
    failure: z.string().optional().meta({ description: 'A replay would fail, for this cause' }),
  })
  .meta({ id: 'RehearsedDeadLetter' });
export type RehearsedLetter = z.infer<typeof rehearsedLetter>;

export const publicGroups = z
  .object({ groups: z.array(letterGroup.extend({ groupId: groupName, service })), silentServices })
  .meta({ id: 'DeadLetterGroups' });
export type PublicGroups = z.infer<typeof publicGroups>;

/** `<service>.<uuid>` too. */
const redriveId = z.string().meta({ description: 'As the list of redrives names it' });

export const startedRedrive = z
  .object({
    started: z.boolean().meta({ description: 'It runs; otherwise when another operator has approved it' }),
    redriveId: redriveId.optional(),
    total: z.int().meta({ description: 'Letters of the group now' }),
    ...proposedApproval.partial().shape,
  })
  .meta({ id: 'StartedRedrive' });
export type StartedRedrive = z.infer<typeof startedRedrive>;

export const publicRedrives = z
  .object({
    redrives: z.array(letterRedrive.extend({ redriveId, groupId: groupName, service })),
    silentServices,
  })
  .meta({ id: 'DeadLetterRedrives' });
export type PublicRedrives = z.infer<typeof publicRedrives>;

export const discardedGroup = z
  .object({ discarded: z.int().meta({ description: 'Letters that are listed no more' }) })
  .meta({ id: 'DiscardedDeadLetters' });
export type DiscardedGroup = z.infer<typeof discardedGroup>;
