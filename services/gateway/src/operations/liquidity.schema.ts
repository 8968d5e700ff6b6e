import { z } from 'zod';
import { publicAmount } from '../http/public-amount.js';
import { instant, printable } from '../payment/payment.schema.js';
import { reason } from './operations.schema.js';

// What participants hold and may owe.

export const publicLiquidity = z
  .object({
    accounts: z.array(
      z.object({
        participant: z.string(),
        prefund: publicAmount,
        cap: publicAmount,
        position: publicAmount,
        pendingDebits: publicAmount,
        headroom: publicAmount,
        rail: publicAmount.optional(),
        railPending: publicAmount.optional(),
        usedPercent: z.int().optional(),
        breachByLastHour: instant.optional(),
        breachByWeekday: instant.optional(),
      }),
    ),
  })
  .meta({ id: 'Liquidity' });
export type PublicLiquidity = z.infer<typeof publicLiquidity>;

export const setCapBody = z
  .strictObject({
    cap: publicAmount.meta({ description: 'How much it may owe beyond its prefund; zero for nothing' }),
    evidence: printable(2000)
      .min(3)
      .optional()
      .meta({ description: 'Where it can be seen that it was agreed: a contract, a letter, a ticket' }),
    reason,
  })
  .meta({ id: 'SetCap' });
export type SetCap = z.infer<typeof setCapBody>;
