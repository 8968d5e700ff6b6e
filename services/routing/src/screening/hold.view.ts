import type { routingCalls } from '@tonle/contracts';
import type { Database } from '@tonle/persistence';
import { Column, Entity, IsNull, PrimaryColumn } from 'typeorm';
import type { z } from 'zod';

const HOLDS_MAX = 1_000;

/** A payment that screening holds, as screens read it. */
@Entity('screening_hold')
export class HoldEntity {
  @PrimaryColumn({ name: 'payment_id', type: 'uuid' })
  paymentId: string;

  @Column({ type: 'timestamptz' })
  since: Date;

  @Column({ type: 'timestamptz' })
  until: Date;

  @Column({ type: 'text' })
  party: string;

  @Column({ name: 'list_entry', type: 'text' })
  listEntry: string;

  @Column({ type: 'text' })
  matched: string;

  @Column({ type: 'text', nullable: true })
  decision: string | null;
}

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
