import { z } from 'zod';

// What routing tells settlement of windows. Schemas only grow: a new field is optional or has a default.

const instant = z.iso.datetime({ offset: true });
/** As in messages.ts: every text has a bound. */
const name = z.string().max(200);

/** routing -> settlement: this lane will commit no more payments into these windows (decisions 15). */
export const windowDrained = z.object({
  lane: name,
  /** Every lane that exists; the window closes when each has said so. */
  lanes: z.array(name).max(500),
  windows: z.array(z.object({ windowId: name, completed: z.number().int() })).max(100),
  at: instant,
});
export type WindowDrained = z.infer<typeof windowDrained>;
