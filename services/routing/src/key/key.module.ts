import { Inject, Module } from '@nestjs/common';
import { Approvals } from '@tonle/approval';
import { keyCalls } from '@tonle/contracts';
import { DirectoryStore } from '@tonle/directory';
import { key, PLATFORM, provideBy } from '@tonle/http';
import { Service } from '@tonle/platform';
import { RoutingApprovalsModule } from '../approval/approvals.module.js';
import { adaptersThatExist } from '../directory/adapters.js';
import { CurrentDirectory } from '../directory/current-directory.js';
import { OperatorStore } from '../operator/operator.store.js';
import { LANE, PaymentCommitModule } from '../payment/payment-commit.module.js';
import { readSettings } from '../routing.settings.js';
import { KeyTrust, type KeyParts } from './key-trust.kind.js';
import { KeyService } from './key.service.js';

const PARTS = key<KeyParts>('KeyParts');
const OF_PARTICIPANTS = key<KeyTrust>('KeyTrustOfParticipants');
const OF_OPERATORS = key<KeyTrust>('KeyTrustOfOperators');

/** Which keys sign for whom. */
@Module({
  imports: [PaymentCommitModule, RoutingApprovalsModule],
  providers: [
    provideBy(PARTS, [PLATFORM, DirectoryStore, CurrentDirectory], (platform, store, directory) => {
      const adapters = () => adaptersThatExist(readSettings(platform.settings).TONLE_NETWORKS_DIR);
      return { store, directory, operators: new OperatorStore(platform.random), adapters };
    }),
    provideBy(OF_PARTICIPANTS, [PARTS], (parts) => new KeyTrust('key.trust', parts)),
    provideBy(OF_OPERATORS, [PARTS], (parts) => new KeyTrust('operator.trust', parts)),
    provideBy(
      KeyService,
      [LANE, PLATFORM, PARTS, Approvals, OF_PARTICIPANTS, OF_OPERATORS],
      (lane, { clock }, parts, approvals, participant, operator) =>
        new KeyService(lane, clock, parts, approvals, { participant, operator }),
    ),
  ],
})
export class RoutingKeyModule {
  constructor(
    @Inject(Service) service: Service,
    @Inject(OF_PARTICIPANTS) ofParticipants: KeyTrust,
    @Inject(OF_OPERATORS) ofOperators: KeyTrust,
    approvals: Approvals,
    keys: KeyService,
  ) {
    approvals.add(ofParticipants);
    approvals.add(ofOperators);
    service.call(keyCalls.trust, (request) => keys.trust(request));
    service.call(keyCalls.withdraw, (request) => keys.withdraw(request));
  }
}
