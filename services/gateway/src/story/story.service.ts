import {
  refused,
  routingCalls,
  storyCalls,
  type PaymentView,
  type Refusal,
  type StoryNames,
} from '@tonle/contracts';
import type { Directory } from '@tonle/directory';
import { ServiceUnavailable, type ServiceCalls } from '@tonle/messaging';
import type { OperatorDeedsService } from '../operations/operator-deeds.service.js';
import { deedFacts } from './deed-facts.js';
import { inCausalOrder, nameOf, type ToldFact } from './story-order.decide.js';

const CORE = ['gateway', 'fx', 'routing', 'settlement'] as const;
const DEEDS_MAX = 500;
const BYTES_ASKED_MAX = 50;

/** All that is known of one payment, in one order. */
export interface Story {
  readonly kind: 'story';
  readonly paymentId: string;
  /** By which services know it. */
  readonly names: StoryNames;
  /** Absent while routing does not answer. */
  readonly payment: PaymentView | undefined;
  readonly facts: readonly ToldFact[];
  /** Services that did not answer: what they know is not in it. */
  readonly incomplete: readonly string[];
  /** Services that know more than they told. */
  readonly cut: readonly string[];
}

interface Told {
  readonly service: string;
  readonly facts: readonly ToldFact[];
  readonly cut: boolean;
  readonly names: Partial<StoryNames> | undefined;
}

/** Asks every service that may know something of a payment, and makes one story of what they have stored. */
export class StoryService {
  constructor(
    private readonly calls: ServiceCalls,
    private readonly directory: Directory,
    private readonly deeds: OperatorDeedsService,
  ) {}

  /** Refuses `not_found` for a payment that nobody knows, `unavailable` when those who would know do not answer. */
  async tell(paymentId: string): Promise<Story | Refusal> {
    const { payment, names, told: first } = await this.begin(paymentId);
    const asked = this.servicesOf(payment?.corridor);
    const others = asked.filter((service) => !first.some((each) => each.service === service));
    const [rest, deeds] = await Promise.all([
      Promise.all(others.map((service) => this.ask(service, names))),
      this.deedsAbout([paymentId, ...names.recallIds]),
    ]);
    const told = [...first, ...rest.filter((each) => each !== undefined)];
    const heard = new Set(told.map(({ service }) => service));
    const silent = [...asked, ...deeds.silentServices.filter((each) => asked.includes(each))];
    const incomplete = [
      ...new Set(silent.filter((each) => !heard.has(each) || deeds.silentServices.includes(each))),
    ];
    const facts = told.flatMap((each) => each.facts);
    if (payment === undefined && facts.length === 0)
      return incomplete.length === 0
        ? refused('not_found')
        : refused('unavailable', `${incomplete.join(', ')} did not answer.`);
    return {
      kind: 'story',
      paymentId,
      names,
      payment,
      facts: inCausalOrder([...facts, ...deedFacts(deeds.actions)]),
      incomplete: incomplete.sort(),
      cut: told
        .filter(({ cut }) => cut)
        .map(({ service }) => service)
        .sort(),
    };
  }

  /** Bytes of the facts that have some, by their names; those that cannot be had are left out. */
  async bytesOf({ names, facts }: Story): Promise<ReadonlyMap<string, Buffer>> {
    const wanted = facts.filter(({ bytes }) => bytes !== undefined);
    const found = new Map<string, Buffer>();
    for (const service of new Set(wanted.map((fact) => fact.service))) {
      const ids = wanted.filter((fact) => fact.service === service).map(({ id }) => id);
      for (let from = 0; from < ids.length; from += BYTES_ASKED_MAX) {
        const part = ids.slice(from, from + BYTES_ASKED_MAX);
        const answer = await orSilent(this.calls.call(storyCalls(service).bytes, { ...names, ids: part }));
        for (const { id, base64 } of answer?.messages ?? [])
          found.set(nameOf({ service, id }), Buffer.from(base64, 'base64'));
      }
    }
    return found;
  }

  /** Those who know by which names others know it are asked first. */
  private async begin(paymentId: string) {
    const own = { paymentId, lookupIds: [], recallIds: [] };
    const [payments, ...told] = await Promise.all([
      orSilent(this.calls.call(routingCalls.payments, { paymentIds: [paymentId] })),
      this.ask('routing', own),
      this.ask('gateway', own),
    ]);
    const heard = told.filter((each) => each !== undefined);
    const named = heard.flatMap((each) => each.names ?? []);
    const uetr = named.find((each) => each.uetr !== undefined)?.uetr;
    const quoteId = named.find((each) => each.quoteId !== undefined)?.quoteId;
    const names: StoryNames = {
      paymentId,
      ...(uetr === undefined ? {} : { uetr }),
      ...(quoteId === undefined ? {} : { quoteId }),
      lookupIds: [...new Set(named.flatMap((each) => each.lookupIds ?? []))],
      recallIds: [...new Set(named.flatMap((each) => each.recallIds ?? []))],
    };
    return { payment: payments?.payments[0], names, told: heard };
  }

  /** What operators did about a payment, and about what it was called back by. */
  private async deedsAbout(subjects: readonly string[]) {
    const pages = await Promise.all(
      subjects.map((subject) => this.deeds.list({ subject, limit: DEEDS_MAX })),
    );
    return {
      actions: pages.flatMap(({ actions }) => actions),
      silentServices: [...new Set(pages.flatMap(({ silentServices }) => silentServices))],
    };
  }

  private async ask(service: string, names: StoryNames): Promise<Told | undefined> {
    const answer = await orSilent(this.calls.call(storyCalls(service).facts, names));
    if (answer === undefined) return undefined;
    return {
      service,
      facts: answer.facts.map((fact) => ({ ...fact, service })),
      cut: answer.cut,
      names: answer.names,
    };
  }

  /** Ours, and the adapters of both sides; of a corridor that nobody knows those of all that are in service. */
  private servicesOf(corridor: string | undefined): string[] {
    const known = corridor === undefined ? undefined : this.directory.corridorIncludingEnded(corridor);
    const corridors = known === undefined ? this.directory.corridors() : [known];
    return [
      ...new Set([...CORE, ...corridors.flatMap(({ home, partner }) => [home.adapter, partner.adapter])]),
    ];
  }
}

/** Undefined: the service could not be asked. */
async function orSilent<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (!(error instanceof ServiceUnavailable)) throw error;
    return undefined;
  }
}
