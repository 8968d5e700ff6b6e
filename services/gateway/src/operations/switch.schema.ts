import { SWITCHES } from '@tonle/contracts';
import { z } from 'zod';
import { directionStatus } from '../directory/corridor-status.schema.js';
import { instant, printable, uuid } from '../payment/payment.schema.js';
import { doneOrProposed } from './approval.schema.js';
import { reason } from './operations.schema.js';

// What operators stop, slow down and let go on.

const direction = z.enum(['outbound', 'inbound']);
const lasting = {
  until: instant.optional().meta({ description: 'It ends by itself then; absent: when you resume' }),
  notice: printable(300).min(1).optional().meta({ description: 'What everybody is told of it' }),
  reason,
};

const switchFields = {
  switch: z.enum(SWITCHES).meta({
    description:
      '`pause`: no new payments; `drain`: no new quotes, and no payments once those that were given have run out; `throttle`: ' +
      '`perSecond` new payments at most; `resume` ends all three',
  }),
  direction: direction.optional().meta({ description: 'Absent: both' }),
  perSecond: z.number().positive().max(10_000).optional().meta({ description: 'Of a throttle' }),
  ...lasting,
};

/** Opens and closes for good, or sets a switch for a while. */
export const setCorridorBody = z
  .strictObject({
    ...switchFields,
    switch: switchFields.switch.optional(),
    open: z.boolean().optional().meta({ description: 'Opens or closes `direction`, instead of a switch' }),
    acknowledges: z.array(uuid).max(200).optional().meta({
      description:
        'To open what the auditor has stopped: ids of all that it found, as `GET /v1/ops/corridor-stops` lists them',
    }),
  })
  .superRefine(({ switch: set, open, direction: way, ...rest }, context) => {
    const wrong = (path: string, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message });
    if ((set === undefined) === (open === undefined)) wrong('switch', 'Give one of switch and open.');
    if (open !== undefined && way === undefined) wrong('direction', 'Name the direction to open or close.');
    for (const field of ['until', 'notice', 'perSecond'] as const)
      if (open !== undefined && rest[field] !== undefined) wrong(field, 'Only a switch has it.');
  })
  .meta({ id: 'SetCorridor' });
export type SetCorridor = z.infer<typeof setCorridorBody>;

export const setNetworkBody = z.strictObject(switchFields).meta({ id: 'SetNetwork' });
export type SetNetwork = z.infer<typeof setNetworkBody>;

export const setParticipantBody = z
  .strictObject({
    switch: z.enum(['pause', 'resume']).meta({ description: '`pause`: nothing new; `resume` ends it' }),
    ...lasting,
  })
  .meta({ id: 'SetParticipant' });
export type SetParticipant = z.infer<typeof setParticipantBody>;

const count = z.int().meta({ description: 'Payments that were taken and have not ended' });

export const corridorSet = doneOrProposed.extend({ underWay: count }).meta({ id: 'CorridorSet' });
export type CorridorSet = z.infer<typeof corridorSet>;

export const publicSwitches = z
  .object({
    corridors: z.array(
      directionStatus.extend({
        corridor: z.string(),
        direction,
        on: z.string().optional().meta({ description: 'What the switch is on, where one is set' }),
        setBy: z.string().optional().meta({ description: 'Key of the operator' }),
        reason: z.string().optional(),
        underWay: count,
      }),
    ),
    participants: z.array(
      z.object({
        participant: z.string(),
        since: instant.optional(),
        expectedUntil: instant.optional(),
        words: z.string(),
        setBy: z.string().optional(),
        reason: z.string().optional(),
      }),
    ),
  })
  .meta({ id: 'Switches' });
export type PublicSwitches = z.infer<typeof publicSwitches>;
