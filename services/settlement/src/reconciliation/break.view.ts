import type { BreakState, BreakType, SettlementBreak } from '@tonle/contracts';
import type { Database } from '@tonle/persistence';
import { Column, Entity, PrimaryColumn } from 'typeorm';

const BREAKS_MAX = 1000;

/** A difference between a partner's statement and ours, as screens and reports read it. */
@Entity('settlement_break')
export class BreakEntity {
  @PrimaryColumn({ name: 'break_id', type: 'uuid' })
  breakId: string;

  @Column({ type: 'text' })
  type: BreakType;

  @Column({ type: 'smallint' })
  severity: number;

  @Column({ type: 'text' })
  partner: string;

  @Column({ type: 'text' })
  currency: string;

  @Column({ type: 'date' })
  day: string;

  @Column({ name: 'payment_id', type: 'uuid', nullable: true })
  paymentId: string | null;

  @Column({ name: 'match_key', type: 'text' })
  matchKey: string;

  @Column({ name: 'our_minor', type: 'bigint', nullable: true })
  ourMinor: bigint | null;

  @Column({ name: 'their_minor', type: 'bigint', nullable: true })
  theirMinor: bigint | null;

  @Column({ type: 'text' })
  state: BreakState;

  @Column({ name: 'opened_at', type: 'timestamptz' })
  openedAt: Date;

  @Column({ type: 'text' })
  detail: string;
}

/** Breaks, the gravest and oldest first. */
export async function listBreaks(
  database: Database,
  filter: {
    readonly day?: string | undefined;
    readonly type?: string | undefined;
    readonly state?: string | undefined;
  },
): Promise<SettlementBreak[]> {
  // A filter that is no code of ours finds nothing.
  const rows = await database.orm.getRepository(BreakEntity).find({
    where: {
      ...(filter.day === undefined ? {} : { day: filter.day }),
      ...(filter.type === undefined ? {} : { type: filter.type as BreakType }),
      ...(filter.state === undefined ? {} : { state: filter.state as BreakState }),
    },
    order: { severity: 'ASC', openedAt: 'ASC' },
    take: BREAKS_MAX,
  });
  return rows.map((row) => ({
    breakId: row.breakId,
    type: row.type,
    severity: row.severity,
    partner: row.partner,
    currency: row.currency,
    day: row.day,
    ...(row.paymentId === null ? {} : { paymentId: row.paymentId }),
    key: row.matchKey,
    ...(row.ourMinor === null ? {} : { ourMinor: row.ourMinor.toString() }),
    ...(row.theirMinor === null ? {} : { theirMinor: row.theirMinor.toString() }),
    state: row.state,
    openedAt: row.openedAt.toISOString(),
    detail: row.detail,
  }));
}
