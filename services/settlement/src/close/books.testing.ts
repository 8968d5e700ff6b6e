import { readFileSync } from 'node:fs';
import { Approvals } from '@tonle/approval';
import {
  approvalCalls,
  financeCalls,
  fxCalls,
  routingCalls,
  type DirectoryEntry,
  type PaymentEventMessage,
  type UnknownPayment,
} from '@tonle/contracts';
import { Directory } from '@tonle/directory';
import { createTestDatabase, type TestDatabase } from '@tonle/persistence';
import { createTestPlatform, Service, type TestPlatform } from '@tonle/platform';
import { declareApprovals } from '@tonle/approval';
import { PaymentEventHandler } from '../payment/payment-event.handler.js';
import { SETTLEMENT_DATABASE } from '../settlement.service.js';
import { endOfAccountingDay } from './accounting-day.js';
import { SettlementBooks } from './settlement-books.js';
import { BalanceStore } from '../ledger/balance.store.js';
import { bookTransfer } from '../ledger/transfer.testing.js';
import { LedgerEntries } from '../ledger/ledger-entries.js';
import { LedgerEntryStore } from '../ledger/ledger-entry.store.js';
import { LedgerCopyStore } from '../ledger/ledger-copy.store.js';

const SEED = new URL('../../../../deploy/sandbox/directory.json', import.meta.url);

const BY = { operator: 'OPERATOR-1', participant: 'OPERATOR', reason: 'a test' };

/** The books over a real database; fx and routing answer from here. */
export class BooksWorld {
  midRates = [{ sourceCurrency: 'THB', targetCurrency: 'KHR', rate: '122' }];
  unknowns: UnknownPayment[] = [];
  private readonly directory = new Directory();
  private readonly payments: PaymentEventHandler;

  private constructor(
    readonly test: TestDatabase,
    readonly platform: TestPlatform,
  ) {
    this.directory.take((JSON.parse(readFileSync(SEED, 'utf8')) as { entries: DirectoryEntry[] }).entries);
    this.payments = new PaymentEventHandler(test.database, this.directory, platform.clock);
    const { calls } = platform;
    calls.serve(fxCalls.market, () =>
      Promise.resolve({
        midRates: this.midRates,
        exposures: [{ provider: 'FXNAGA', currency: 'THB', limitMinor: '1000', usedMinor: '250' }],
      }),
    );
    calls.serve(routingCalls.unknowns, () => Promise.resolve({ payments: this.unknowns, counts: [] }));
  }

  static async start(name: string, settings: Readonly<Record<string, string>> = {}): Promise<BooksWorld> {
    const test = await createTestDatabase(name, 'settlement');
    await test.database.openOrm(SETTLEMENT_DATABASE);
    const world = new BooksWorld(test, createTestPlatform('settlement', test.database, { settings }));
    const approvals = new Approvals(world.platform);
    const service = new Service(world.platform);
    declareApprovals(service, approvals);
    const [copies, balances] = [new LedgerCopyStore(), new BalanceStore()];
    const { calls } = world.platform;
    const entries = new LedgerEntries(new LedgerEntryStore(), world.platform.clock);
    new SettlementBooks(
      ...([world.platform, calls, approvals, copies, balances, world.directory, entries] as const),
    ).declareIn(service);
    service.serveCalls();
    await world.proveUntil('2999-01-01');
    return world;
  }

  /** Up to when the copy of the ledger is proven; who fills it has tests of its own. */
  async proveUntil(until: string): Promise<void> {
    await this.test.database.query('UPDATE ledger_copy SET copied_up_to = $1, proven_up_to = $1', [until]);
  }

  /** Completed payments, with their transfers. */
  async pay(...events: PaymentEventMessage[]): Promise<void> {
    await this.payments.take(events);
    for (const { paymentId, source, target, fxProvider, debtorAgent, creditorAgent, completedAt } of events) {
      const position = (participant: string, { currency }: { currency: string }) =>
        `POSITION:${participant}:${currency}`;
      const at = completedAt!;
      const [from, to] = [position(debtorAgent, source), position(fxProvider, source)];
      await this.post(paymentId, 'obligation_source', from, to, BigInt(source.minor), at);
      const [by, payee] = [position(fxProvider, target), position(creditorAgent, target)];
      await this.post(paymentId, 'obligation_target', by, payee, BigInt(target.minor), at);
    }
  }

  async post(
    chainId: string,
    kind: string,
    debit: string,
    credit: string,
    minor: bigint,
    at: string,
    reference?: string,
  ): Promise<void> {
    await bookTransfer(this.test.database, {
      ...{ chainId, kind, debit, credit, minor, at },
      ...(reference !== undefined && { reference }),
    });
  }

  /** Windows of a day, all through. */
  async settle(day: string, at: string | null, state = 'SETTLED'): Promise<void> {
    await this.test.database.query(
      `UPDATE settlement_window SET state = $3, settled_at = CASE $3 WHEN 'SETTLED' THEN $2::timestamptz END WHERE day = $1::date`,
      [day, at, state],
    );
  }

  /** The day is over by an hour. */
  endDay(day: string): void {
    this.platform.clock.set(endOfAccountingDay(day).getTime() + 3_600_000);
  }

  checklist(period: string) {
    return this.platform.calls.call(financeCalls.checklist, { period });
  }

  close(period: string) {
    return this.platform.calls.call(financeCalls.closePeriod, { period, ...BY });
  }

  /** Signs steps as they are found in one look. */
  async sign(period: string, ...signed: string[]) {
    const { steps } = await this.checklist(period);
    const answers = [];
    for (const step of signed) {
      const { findingSha256 } = steps.find((each) => each.step === step)!;
      answers.push(
        await this.platform.calls.call(financeCalls.signStep, { period, step, findingSha256, ...BY }),
      );
    }
    return answers;
  }

  reopen(period: string) {
    return this.platform.calls.call(financeCalls.proposeReopening, { period, ...BY });
  }

  approve(approvalId: string, participant: string) {
    const by = { operator: `${participant}-1`, participant, reason: 'seen', acknowledged: [] };
    return this.platform.calls.call(approvalCalls('settlement').decide, {
      approvalId,
      verdict: 'approve',
      ...by,
    });
  }

  async report(period: string, version?: number) {
    const found = await this.platform.calls.call(financeCalls.closeReport, {
      period,
      ...(version === undefined ? {} : { version }),
    });
    if (found.kind === 'refused') throw new Error(found.reason);
    return found;
  }

  async stop(): Promise<void> {
    await this.test.drop();
  }
}
