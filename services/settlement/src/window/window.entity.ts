import type { SettlementWindow } from '@tonle/contracts';
import { Column, Entity, JoinColumn, ManyToOne, OneToMany, PrimaryColumn } from 'typeorm';

/** A settlement window as screens and reports read it; the payment path writes it by set-based SQL. */
@Entity('settlement_window')
export class WindowEntity {
  @PrimaryColumn({ name: 'window_id', type: 'text' })
  windowId: string;

  @Column({ type: 'text' })
  partner: string;

  @Column({ type: 'text' })
  currency: string;

  @Column({ name: 'settlement_mode', type: 'text' })
  settlementMode: SettlementWindow['settlementMode'];

  @Column({ type: 'date' })
  day: string;

  @Column({ type: 'text' })
  state: SettlementWindow['state'];

  @Column({ name: 'cut_off_at', type: 'timestamptz' })
  cutOffAt: Date;

  @Column({ type: 'integer' })
  payments: number;

  @Column({ name: 'gross_minor', type: 'bigint' })
  grossMinor: bigint;

  @Column({ type: 'integer' })
  version: number;

  @Column({ name: 'value_date', type: 'date', nullable: true })
  valueDate: string | null;

  @Column({ name: 'settled_at', type: 'timestamptz', nullable: true })
  settledAt: Date | null;

  @Column({ name: 'finalised_at', type: 'timestamptz', nullable: true })
  finalisedAt: Date | null;

  @Column({ name: 'failed_reason', type: 'text', nullable: true })
  failedReason: string | null;

  @Column({ type: 'boolean' })
  disputed: boolean;

  @Column({ name: 'participants_removed', type: 'text', array: true })
  participantsRemoved: string[];

  @OneToMany(() => WindowNetEntity, (net) => net.window)
  nets: WindowNetEntity[];
}

/** What a participant gets (positive) or owes (negative) out of a window that was netted. */
@Entity('window_net')
export class WindowNetEntity {
  @PrimaryColumn({ name: 'window_id', type: 'text' })
  windowId: string;

  @PrimaryColumn({ type: 'text' })
  participant: string;

  @Column({ name: 'net_minor', type: 'bigint' })
  netMinor: bigint;

  @ManyToOne(() => WindowEntity, (window) => window.nets)
  @JoinColumn({ name: 'window_id' })
  window: WindowEntity;
}
