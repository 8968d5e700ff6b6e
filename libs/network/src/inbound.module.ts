import { adapterCalls, type InboundOutcome, type PaymentSubmit } from '@tonle/contracts';
import { Directory } from '@tonle/directory';
import {
  BadSignatures,
  CorridorGate,
  Door,
  InboundQuoteService,
  InboundQuoteStore,
  NonceRegister,
  PartnerHealth,
  ownOutcomes,
  RefundService,
  LookupBudget,
  LookupUseCounter,
} from '@tonle/door';
import { CALLS, CLOCK, DATABASE, key, PLATFORM, provide, provideBy, type MessageAnswerer } from '@tonle/http';
import type { OutboxLane } from '@tonle/messaging';
import { Service } from '@tonle/platform';
import { BY_CALL_BACK, byCallBackProvider } from './call-backs.module.js';
import { EvidenceLog } from '@tonle/door';
import { Hints } from './hints.js';
import { InboundConfirmation } from './inbound-confirmation.js';
import { InboundEndpoint } from './inbound-endpoint.js';
import { InboundRefunds } from './inbound-refunds.js';
import type { Inbound, InboundNotice, InboundRoute } from './inbound.js';
import { Inbox } from './inbox.js';
import { KeyRegister } from './key-register.js';
import type { LegService, NetworkTuning } from './leg.service.js';
import { openSignature } from './listener.js';
import { NoticeJob } from './notice.job.js';
import { OpenWires } from './open-wires.js';
import { DrawnPayments } from './payment-codes/drawn-payments.js';
import { claimCodes, forgetCodes } from './payment-codes/payment-code.store.js';
import { NetworkRequestSignatures } from './request-signatures.js';

export const LANE = key<OutboxLane>('OutboxLane');
/** What answers a network that calls us. */
export const ANSWERER = key<MessageAnswerer>('answerer of messages');
const DOOR = key<Door<InboundOutcome>>('Door');
const NOTICE_TICK_MS = 250;
const FORGET_TICK_MS = 3_600_000;
const HINTS_MS = 5_000;
/** Undefined: the network moves no money for us, so it has nothing to call back about. */
export const LEGS = key<LegService | undefined>('legs, where there are any');

type Provider = ReturnType<typeof provide>;

/** The way in for a network that calls us: durable intake, payees and prices, signatures both ways. */
export function inboundProviders(network: string, inbound: Inbound, tuning: NetworkTuning): Provider[] {
  return [
    ...budgetProviders(),
    gateProvider(),
    doorProvider(inbound, tuning),
    provide(InboundQuoteStore, DATABASE),
    provideBy(NonceRegister, [DATABASE, CLOCK, Service], (database, clock, service) => {
      const nonces = new NonceRegister(database, clock);
      nonces.runIn(service);
      return nonces;
    }),
    provideBy(
      InboundQuoteService,
      [CALLS, InboundQuoteStore, Directory, PLATFORM, LookupBudget, CorridorGate],
      (calls, store, directory, { service }, budget, gate) =>
        new InboundQuoteService(
          calls,
          store,
          () => directory.corridorsOfAdapterIncludingEnded(service)[0],
          budget,
          gate,
        ),
    ),
    provideBy(
      InboundRefunds,
      [CALLS, Directory, CLOCK, LEGS, DrawnPayments],
      (calls, directory, clock, legs, drawn) =>
        new InboundRefunds(new RefundService(calls, directory, clock), legs, drawn),
    ),
    provideBy(DrawnPayments, [PLATFORM, DOOR, Directory, Service], (platform, door, directory, service) => {
      service.job('forget-payment-codes', FORGET_TICK_MS, () => forgetCodes(platform.database));
      return new DrawnPayments({ platform, door, directory });
    }),
    byCallBackProvider(inbound, LEGS),
    provideBy(Hints, [PLATFORM], (platform) => new Hints(platform, tuning.hintAfterMs)),
    endpointProvider(network, inbound, tuning),
    answererProvider(inbound.listener),
    ...(inbound.notice === undefined ? [] : [noticeProvider(inbound.notice)]),
  ];
}

function noticeProvider(notice: InboundNotice): Provider {
  return provideBy(
    NoticeJob,
    [PLATFORM, OpenWires, EvidenceLog, DOOR, Service],
    (platform, wires, evidence, _door, service) => {
      const job = new NoticeJob(notice, platform, wires, evidence);
      service.job('tell-ends', NOTICE_TICK_MS, () => job.run());
      return job;
    },
  );
}

function doorProvider(
  inbound: Inbound,
  { republishAfterMs: answerWithinMs, republishEveryMs: askAgainMs }: NetworkTuning,
): Provider {
  return provideBy(
    DOOR,
    [PLATFORM, LANE, Inbox, Directory, LookupBudget, CorridorGate, Service],
    async (platform, lane, inbox, directory, budget, gate, service) => {
      const completed = (ends: readonly InboundOutcome[]) => {
        const partner = directory.corridorsOfAdapterIncludingEnded(platform.service)[0]?.partner;
        if (partner !== undefined) for (const _ of ends) void budget.paid(partner.participant);
      };
      const noticeAfterMs = inbound.notice?.waitsMs[0];
      const admit = (submit: PaymentSubmit) => gate.admit(submit);
      const parts = { lane, form: ownOutcomes, directory, claim: claimCodes, admit };
      const door = new Door(platform, { ...parts, answerWithinMs, completed, noticeAfterMs });
      inbox.on('payment.outcome', (records) => door.news.handle(records));
      await door.declare(service, { askAgainMs });
      return door;
    },
  );
}

function gateProvider(): Provider {
  return provideBy(CorridorGate, [PLATFORM, Directory, Service], ({ shared, clock }, directory, service) => {
    const health = new PartnerHealth(shared, clock);
    health.runIn(service);
    const gate = new CorridorGate(directory, shared, clock, health);
    service.resource('the gate of corridors', () => gate.close());
    return gate;
  });
}

/** A network that asks for our payees' names has a budget for it, as our participants have. */
function budgetProviders(): Provider[] {
  return [
    provideBy(LookupUseCounter, [PLATFORM, Service], (platform, service) => {
      const use = new LookupUseCounter(platform);
      use.runIn(service);
      service.call(adapterCalls(platform.service).lookupUse, async () => ({
        participants: await use.shown(),
      }));
      return use;
    }),
    provideBy(
      LookupBudget,
      [PLATFORM, Directory, LookupUseCounter, Service],
      ({ shared }, directory, use, service) => {
        const budget = new LookupBudget(shared, directory, use);
        service.resource('the budget of lookups', () => budget.close());
        return budget;
      },
    ),
  ];
}

function endpointProvider(
  network: string,
  { listener, routes }: Inbound,
  { hintsMs = HINTS_MS }: NetworkTuning,
): Provider {
  const { waitMs } = listener;
  return provideBy(
    InboundEndpoint,
    [
      PLATFORM,
      DOOR,
      InboundQuoteService,
      InboundRefunds,
      LEGS,
      DrawnPayments,
      EvidenceLog,
      Directory,
      OpenWires,
      Hints,
      Service,
    ],
    (platform, door, quotes, refunds, legs, drawn, evidence, directory, wires, hints, service) => {
      const { clock, telemetry } = platform;
      const confirmation = new InboundConfirmation({ network, wires, evidence, clock, telemetry });
      const parts = {
        platform,
        routes,
        door,
        quotes,
        refunds,
        legs,
        drawn,
        evidence,
        confirmation,
        hints,
        directory,
      };
      const endpoint = new InboundEndpoint({ ...parts, waitMs });
      const isHint = (route: InboundRoute) => route.kind === 'messages' && route.confirmation !== undefined;
      if (Object.values(routes).some(isHint))
        service.job('look-at-hints', hintsMs, () => hints.run((...given) => endpoint.answer(...given)));
      return endpoint;
    },
  );
}

function answererProvider({ signature }: Inbound['listener']): Provider {
  return provideBy(
    ANSWERER,
    [PLATFORM, InboundEndpoint, Directory, KeyRegister, NonceRegister, BY_CALL_BACK],
    (platform, endpoint, directory, keys, nonces, byCallBack) => {
      const { clock, random } = platform;
      const signer = openSignature(signature, { clock, random, findKey: keys.find });
      return {
        signatures: new NetworkRequestSignatures(signer, nonces, new BadSignatures(platform), directory),
        answer: (path, message) => byCallBack(path, message, () => endpoint.answer(path, message)),
      };
    },
  );
}
