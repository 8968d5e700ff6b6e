import type { SettlementWindow, WindowState } from '@tonle/contracts';
import type { Database } from '@tonle/persistence';
import { Column, Entity, JoinColumn, ManyToOne, OneToMany, PrimaryColumn } from 'typeorm';

const WINDOWS_MAX = 500;

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

interface BilateralRow {
  readonly windowId: string;
  readonly debtor: string;
  readonly creditor: string;
  readonly amountMinor: string;
  readonly payments: number;
}

/** Windows with nets and bilateral sums, newest day first; before netting the sums are those so far. */
export async function listWindows(
  database: Database,
  filter: { readonly day?: string | undefined; readonly state?: string | undefined },
): Promise<SettlementWindow[]> {
  const windows = await database.orm.getRepository(WindowEntity).find({
    where: {
      ...(filter.day === undefined ? {} : { day: filter.day }),
      // A filter that is no state of ours finds nothing.
      ...(filter.state === undefined ? {} : { state: filter.state as WindowState }),
    },
    relations: { nets: true },
    order: { day: 'DESC', windowId: 'ASC', nets: { participant: 'ASC' } },
    take: WINDOWS_MAX,
  });
  const sums = await bilateralSums(
    database,
    windows.map(({ windowId }) => windowId),
  );
  return windows.map((window) => viewOf(window, sums));
}

function bilateralSums(database: Database, windowIds: readonly string[]): Promise<BilateralRow[]> {
  return database.query<BilateralRow>(
    `SELECT window_id AS "windowId", debtor, creditor, sum(amount_minor)::text AS "amountMinor", count(*)::int AS payments
     FROM window_line
     WHERE window_id = ANY($1)
     GROUP BY window_id, debtor, creditor
     ORDER BY debtor, creditor`,
    [windowIds],
  );
}

function viewOf(window: WindowEntity, sums: readonly BilateralRow[]): SettlementWindow {
  return {
    windowId: window.windowId,
    partner: window.partner,
    currency: window.currency,
    settlementMode: window.settlementMode,
    day: window.day,
    state: window.state,
    cutOffAt: window.cutOffAt.toISOString(),
    payments: window.payments,
    grossMinor: window.grossMinor.toString(),
    nets: window.nets.map(({ participant, netMinor }) => ({ participant, netMinor: netMinor.toString() })),
    bilateral: sums
      .filter(({ windowId }) => windowId === window.windowId)
      .map(({ debtor, creditor, amountMinor, payments }) => ({ debtor, creditor, amountMinor, payments })),
  };
}
