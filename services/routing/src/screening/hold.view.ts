import type { routingCalls } from '@tonle/contracts';
import type { Database } from '@tonle/persistence';
import { IsNull } from 'typeorm';
import { HoldEntity } from './hold.entity.js';
import type { z } from 'zod';

const HOLDS_MAX = 1_000;

type Holds = z.infer<typeof routingCalls.holds.response>['holds'];

/** Holds that wait for a person, the oldest first. */
export async function openHolds(database: Database): Promise<Holds> {
  const holds = await database.orm.getRepository(HoldEntity).find({
    where: { decision: IsNull() },
    order: { since: 'ASC' },
    take: HOLDS_MAX,
  });
  return holds.map(({ paymentId, since, until, party, listEntry, matched }) => ({
    paymentId,
    since: since.toISOString(),
    until: until.toISOString(),
    party,
    listEntry,
    matched,
  }));
}
