import { readFile } from 'node:fs/promises';
import { Module } from '@nestjs/common';
import { PartnerHealth } from '@tonle/door';
import { DATABASE, key, PLATFORM, provide, provideBy } from '@tonle/http';
import { openLane, type OutboxLane } from '@tonle/messaging';
import { Service } from '@tonle/platform';
import { CurrentDirectory } from '../directory/current-directory.js';
import { DirectoryModule } from '../directory/directory.module.js';
import { CounterStore } from '../limit/counter.store.js';
import { LIMIT_COUNTERS } from '../limit/day-limit.js';
import { RefundStore } from '../refund/refund.store.js';
import { AccountStore } from '../reservation/account.store.js';
import { TransferStore } from '../reservation/transfer.store.js';
import { readSettings } from '../routing.settings.js';
import { HoldStore } from '../screening/hold.store.js';
import { NameList, screeningList } from '../screening/name-list.js';
import type { Screening } from '../screening/screening.js';
import { WaitingStore } from '../waiting/waiting.store.js';
import { WindowStore } from '../window/window.store.js';
import { BatchStore } from './batch.store.js';
import { TransferSealStore } from '../transfer/transfer-seal.store.js';
import { BreakStore } from './break.store.js';
import { PaymentCommit } from './payment-commit.js';
import { PaymentStore } from './payment.store.js';

export const LANE = key<OutboxLane>('OutboxLane');
const SCREENING = key<Screening>('Screening');

/** The commit of a batch of payments, with the lane, the stores, the screening and the directory that it needs. */
@Module({
  imports: [DirectoryModule],
  providers: [
    provideBy(LANE, [PLATFORM, Service], async (platform, service) => {
      const lane = await openLane(platform);
      service.resource('the outbox lane', () => lane.close());
      return lane;
    }),
    provideBy(SCREENING, [PLATFORM], async ({ settings }) => {
      const { TONLE_SCREENING_LIST_FILE: path } = readSettings(settings);
      if (path === undefined) return { screen: () => undefined };
      return new NameList(screeningList.parse(JSON.parse(await readFile(path, 'utf8'))));
    }),
    provide(PaymentStore),
    provide(RefundStore),
    provide(WindowStore),
    provide(TransferSealStore),
    provideBy(PartnerHealth, [PLATFORM, Service], ({ shared, clock }, service) => {
      const health = new PartnerHealth(shared, clock);
      health.runIn(service);
      return health;
    }),
    provide(WaitingStore, PartnerHealth),
    provide(AccountStore, DATABASE),
    provideBy(
      PaymentCommit,
      [
        LANE,
        PaymentStore,
        RefundStore,
        AccountStore,
        WindowStore,
        TransferSealStore,
        WaitingStore,
        CurrentDirectory,
        SCREENING,
        PLATFORM,
      ],
      async (lane, payments, refunds, accounts, windows, seals, waiting, ...parts) => {
        const [directory, screening, platform] = parts;
        const batches = new BatchStore({
          payments,
          accounts,
          windows,
          transfers: new TransferStore(),
          limits: new CounterStore(LIMIT_COUNTERS),
          refunds,
          holds: new HoldStore(),
          breaks: new BreakStore(),
          waiting,
        });
        const marks = {
          drainedUpToMs: await windows.drainedUpToMs(platform.database, lane.id),
          sealedUpToMs: await seals.floorMs(platform.database),
        };
        return new PaymentCommit(lane, batches, directory, screening, platform, marks);
      },
    ),
  ],
  exports: [
    LANE,
    PaymentStore,
    RefundStore,
    WindowStore,
    TransferSealStore,
    PartnerHealth,
    WaitingStore,
    PaymentCommit,
    DirectoryModule,
  ],
})
export class PaymentCommitModule {}
