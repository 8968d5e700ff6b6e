import type { BreakState, BreakType, SettlementBreak } from '@tonle/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A difference between a partner's statement or answer and ours, as screens and reports read it. */
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

  @Column({ type: 'text', nullable: true })
  owner: string | null;

  @Column({ name: 'opened_at', type: 'timestamptz' })
  openedAt: Date;

  @Column({ name: 'closed_at', type: 'timestamptz', nullable: true })
  closedAt: Date | null;

  @Column({ type: 'text' })
  detail: string;

  @Column({ type: 'jsonb', nullable: true })
  proof: SettlementBreak['proof'] | null;
}
