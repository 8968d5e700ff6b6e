import { z } from 'zod';

// What routing and settlement tell each other of windows and money. Schemas only grow: a new field is optional or has a default.

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

/** settlement -> routing: clear the positions of a window; once per (window, participant, currency). */
export const positionClear = z.object({
  windowId: name,
  participant: name,
  /** Net of the window for the participant: positive receives, negative pays; signed minor units. */
  currency: name,
  netMinor: z.string().regex(/^-?\d{1,18}$/),
  statementLineId: name,
});
export type PositionClear = z.infer<typeof positionClear>;

/** settlement -> routing: a statement proved money in or out of a prefund or a rail mirror (I17). */
export const fundsMoved = z.object({
  statementLineId: name,
  account: z.enum(['PREFUND', 'RAIL']),
  participant: name,
  rail: name.optional(),
  currency: name,
  deltaMinor: z.string().regex(/^-?\d{1,18}$/),
});
export type FundsMoved = z.infer<typeof fundsMoved>;
