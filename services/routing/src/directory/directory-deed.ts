import { direction, setSwitch } from '@tonle/contracts';
import { z } from 'zod';

const acknowledges = z.array(z.string()).optional();

/** What people do to an entry: open or close a direction for good, or set a switch for a while. */
export const directoryDeed = z.discriminatedUnion('deed', [
  z.object({
    deed: z.literal('door'),
    on: z.literal('corridor'),
    id: z.string(),
    direction,
    open: z.boolean(),
    acknowledges,
  }),
  setSwitch.omit({ operator: true, participant: true, reason: true }).extend({ deed: z.literal('switch') }),
]);
export type DirectoryDeed = z.infer<typeof directoryDeed>;

/** Whose name a switch bears, and why it was set. */
export interface DeedAuthor {
  readonly operator: string;
  readonly reason: string;
}
