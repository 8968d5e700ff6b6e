import { Column, Entity, PrimaryColumn } from 'typeorm';

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
