import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A settlement window as screens and reports read it; the payment path writes it by set-based SQL. */
@Entity('settlement_window')
export class SettlementWindowEntity {
  @PrimaryColumn({ name: 'window_id', type: 'text' })
  windowId: string;

  @Column({ type: 'text' })
  partner: string;

  @Column({ type: 'text' })
  currency: string;

  @Column({ name: 'settlement_mode', type: 'text' })
  settlementMode: 'GROSS_RT' | 'DEFERRED_NET';

  @Column({ type: 'date' })
  day: string;

  @Column({ type: 'text' })
  state: 'OPEN' | 'DRAINING' | 'CLOSED' | 'NETTED' | 'APPROVED' | 'INSTRUCTED' | 'SETTLED' | 'FAILED';

  @Column({ name: 'cut_off_at', type: 'timestamptz' })
  cutOffAt: Date;

  @Column({ type: 'integer' })
  payments: number;

  @Column({ name: 'gross_minor', type: 'bigint' })
  grossMinor: bigint;
}
