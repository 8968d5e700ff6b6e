import { CALL_KINDS } from '@tonle/contracts';
import { z } from 'zod';
import { instant } from '../payment/payment.schema.js';

/** How a network answered lately, without how much it was asked. */
const publicFigures = z.object({
  network: z.string(),
  call: z.enum(CALL_KINDS).meta({
    description: '`sends`: payments; `enquiries`: questions about them; `lookups`: questions about payees',
  }),
  answeredShare: z
    .number()
    .meta({ description: 'Of what it was asked: answered at all, with a refusal too' }),
  p50Ms: z.int().optional().meta({ description: 'Half of the answers took no longer' }),
  p95Ms: z.int().optional().meta({ description: '95 % of the answers took no longer' }),
});

/** How a direction of a corridor stands, as everybody may know it. */
export const directionStatus = z.object({
  status: z.enum(['open', 'degraded', 'draining', 'paused', 'closed']).meta({
    description:
      '`degraded`: a network does not answer well, or fewer payments are taken; `draining`: only payments on quotes that were ' +
      'given before; `paused`: none for a while; `closed`: none',
  }),
  taking: z.boolean().meta({ description: 'Whether lookups, quotes and new payments are served now' }),
  by: z.enum(['operator', 'health', 'hours']).optional().meta({ description: 'Who or what made it so' }),
  since: instant.optional(),
  expectedUntil: instant.optional().meta({ description: 'Where it is known' }),
  words: z.string().meta({ description: 'The same in a sentence' }),
});
export type DirectionStatus = z.infer<typeof directionStatus>;

export const publicCorridorStatus = z
  .object({
    corridor: z.string(),
    outbound: directionStatus.meta({ description: 'Of payments from here' }),
    inbound: directionStatus.meta({ description: 'Of payments to here' }),
    answers: z.array(publicFigures).meta({
      description:
        'How its networks answered in the last five minutes, where they were asked often enough to tell',
    }),
  })
  .meta({ id: 'CorridorStatus' });
export type PublicCorridorStatus = z.infer<typeof publicCorridorStatus>;
