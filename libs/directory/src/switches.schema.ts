import { z } from 'zod';

// What operators set for a while, beside what an entry is by contract: the next version of the entry holds it.

const instant = z.iso.datetime({ offset: true });

const lasting = {
  since: instant,
  /** Over by itself then; absent: until an operator ends it. */
  until: instant.optional(),
  /** What everybody is told of it. */
  notice: z.string().trim().min(1).max(300).optional(),
  /** Who did it and why, for operators alone. */
  by: z.string(),
  reason: z.string(),
};

/** New payments are stopped: at once (`pause`), or as soon as the quotes that were given have run out (`drain`). */
const hold = z.object({ kind: z.enum(['pause', 'drain']), ...lasting });
export type SwitchHold = z.infer<typeof hold>;

/** New payments a second, over all ways in. */
const throttle = z.object({ perSecond: z.number().positive().max(10_000), ...lasting });
export type Throttle = z.infer<typeof throttle>;

const directionSwitches = z.object({ hold: hold.optional(), throttle: throttle.optional() });
export type DirectionSwitches = z.infer<typeof directionSwitches>;

/** Of a corridor, or of all corridors of a network; outbound is away from home. */
export const switches = z.object({
  outbound: directionSwitches.optional(),
  inbound: directionSwitches.optional(),
});

/** A participant takes part in nothing new. */
export const participantPause = z.object(lasting);
