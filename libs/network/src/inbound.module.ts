import type { InboundOutcome } from '@tonle/contracts';
import { Directory } from '@tonle/directory';
import {
  BadSignatures,
  Door,
  InboundQuoteService,
  InboundQuoteStore,
  NonceRegister,
  ownOutcomes,
} from '@tonle/door';
import { CALLS, CLOCK, DATABASE, key, PLATFORM, provide, provideBy, type MessageAnswerer } from '@tonle/http';
import type { OutboxLane } from '@tonle/messaging';
import { Service } from '@tonle/platform';
import { EvidenceLog } from './evidence-log.js';
import { InboundEndpoint } from './inbound-endpoint.js';
import type { Inbound } from './inbound.js';
import { Inbox } from './inbox.js';
import { KeyRegister } from './key-register.js';
import type { LegService, NetworkTuning } from './leg.service.js';
import { NetworkRequestSignatures } from './request-signatures.js';
import { MessageSigner } from './signature.js';

export const LANE = key<OutboxLane>('OutboxLane');
/** What answers a network that calls us. */
export const ANSWERER = key<MessageAnswerer>('answerer of messages');
const DOOR = key<Door<InboundOutcome>>('Door');
/** Undefined: the network moves no money for us, so it has nothing to call back about. */
export const LEGS = key<LegService | undefined>('legs, where there are any');

type Provider = ReturnType<typeof provide>;

/** The way in for a network that calls us: durable intake, payees and prices, signatures both ways. */
export function inboundProviders(inbound: Inbound, tuning: NetworkTuning): Provider[] {
  const { republishAfterMs: answerWithinMs, republishEveryMs: askAgainMs } = tuning;
  return [
    provideBy(DOOR, [PLATFORM, LANE, Inbox, Service], async (platform, lane, inbox, service) => {
      const door = new Door(platform, { lane, form: ownOutcomes, answerWithinMs });
      inbox.on('payment.outcome', (records) => door.news.handle(records));
      await door.declare(service, { askAgainMs });
      return door;
    }),
    provide(InboundQuoteStore, DATABASE),
    provideBy(NonceRegister, [DATABASE, CLOCK, Service], (database, clock, service) => {
      const nonces = new NonceRegister(database, clock);
      nonces.runIn(service);
      return nonces;
    }),
    provideBy(
      InboundQuoteService,
      [CALLS, InboundQuoteStore, Directory, PLATFORM],
      (calls, store, directory, { service }) =>
        new InboundQuoteService(calls, store, () => directory.corridorsOfAdapterIncludingEnded(service)[0]),
    ),
    answererProvider(inbound),
  ];
}

function answererProvider({ listener, routes }: Inbound): Provider {
  const { signature, waitMs } = listener;
  return provideBy(
    ANSWERER,
    [PLATFORM, DOOR, InboundQuoteService, LEGS, EvidenceLog, Directory, KeyRegister, NonceRegister],
    (platform, door, quotes, legs, evidence, directory, keys, nonces) => {
      const { clock, random } = platform;
      const signer = new MessageSigner(signature, { clock, random, findKey: keys.find });
      const endpoint = new InboundEndpoint({
        platform,
        routes,
        door,
        quotes,
        legs,
        evidence,
        directory,
        waitMs,
      });
      return {
        signatures: new NetworkRequestSignatures(signer, nonces, new BadSignatures(platform)),
        answer: (path, message) => endpoint.answer(path, message),
      };
    },
  );
}
