import type { AccountCode, AccountColumns } from '@tonle/ledger';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** An account with its balances, as screens read it; the payment path locks and moves it by set-based SQL. */
@Entity('account')
export class AccountEntity implements AccountColumns {
  @PrimaryColumn({ type: 'text' })
  code: AccountCode;

  @Column({ type: 'text' })
  kind: string;

  @Column({ name: 'debits_pending', type: 'bigint' })
  debitsPending: bigint;

  @Column({ name: 'credits_pending', type: 'bigint' })
  creditsPending: bigint;

  @Column({ name: 'debits_posted', type: 'bigint' })
  debitsPosted: bigint;

  @Column({ name: 'credits_posted', type: 'bigint' })
  creditsPosted: bigint;
}
