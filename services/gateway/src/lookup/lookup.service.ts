import { type Refusal } from '@tonle/contracts';
import type { Directory } from '@tonle/directory';
import type { LookupBudget } from '@tonle/door';
import { Gatherer, type ServiceCalls } from '@tonle/messaging';
import type { Database } from '@tonle/persistence';
import type { Clock, Random } from '@tonle/platform';
import { Recent } from '../http/recent.js';
import { candidatesOf } from './candidate.decide.js';
import type { Found, Lookup } from './lookup.js';
import type { CreateLookup } from './lookup.schema.js';
import { lookupsById, insertLookups } from './lookup.store.js';
import { OfferMarket } from './offer-market.js';
import { countedAs, mostUseful, rankOffers, type NotOffered, type PayeeOffer } from './offer.decide.js';
import { PayeeAskers, type PayeesSaid } from './payee-askers.js';

const STORE_BATCH_MAX = 500;
const LINGER_MS = 5;
const WAITING_MAX = 5_000;
const RECENT_MAX = 20_000;
/** Networks that one lookup asks, the preferred ones. */
const ASKED_MAX = 4;

/** What a lookup has found. */
export interface LookupFound {
  readonly kind: 'ok';
  /** That of the best offer. */
  readonly lookup: Lookup;
  readonly offers: readonly PayeeOffer[];
  readonly notOffered: readonly NotOffered[];
}

/** Finds out who would be paid, and how: asks the payee's networks, ranks their offers, keeps a lookup of each. */
export class LookupService {
  private readonly askers: PayeeAskers;
  private readonly market: OfferMarket;
  private readonly keep: Gatherer<Lookup, undefined>;
  private readonly load: Gatherer<string, Lookup | undefined>;
  private readonly recent = new Recent<Lookup>(RECENT_MAX);

  constructor(
    private readonly directory: Directory,
    private readonly database: Database,
    calls: ServiceCalls,
    private readonly clock: Clock,
    private readonly random: Random,
    private readonly budget: Pick<LookupBudget, 'within'>,
  ) {
    this.askers = new PayeeAskers(calls, clock);
    this.market = new OfferMarket(calls, clock);
    const gathering = { batchMax: STORE_BATCH_MAX, lingerMs: LINGER_MS, waitingMax: WAITING_MAX };
    this.keep = new Gatherer(async (lookups) => {
      await insertLookups(this.database, lookups, new Date(this.clock.now()));
      return lookups.map(() => undefined);
    }, gathering);
    this.load = new Gatherer(async (lookupIds) => {
      const found = new Map(
        (await lookupsById(this.database, lookupIds)).map((each) => [each.lookupId, each]),
      );
      return lookupIds.map((lookupId) => found.get(lookupId));
    }, gathering);
  }

  /**
   * Every way to pay the payee, the best first. Refuses the qr_*, payee_*, account_*, corridor_*, lookups_* reasons: of several
   * networks the most useful one. Throws ServiceUnavailable when the only adapter there is to ask is away.
   */
  async find(participant: string, body: CreateLookup): Promise<LookupFound | Refusal> {
    const target = candidatesOf(this.directory, participant, body, this.clock.now());
    if (target.kind === 'refused') return target;
    // However many networks are asked, one payee is asked about: it counts as one lookup.
    let said: PayeesSaid | undefined;
    const counted = await this.budget.within(participant, async () => {
      said = await this.askers.ask(target.candidates.slice(0, ASKED_MAX), (corridor) => ({
        lookupId: this.random.id(this.clock.now()),
        participant,
        corridor: corridor.corridorId,
        ...(body.qrText === undefined ? {} : { qrText: body.qrText }),
        ...(body.account === undefined ? {} : { account: body.account, accountType: body.accountType! }),
      }));
      return countedAs(said);
    });
    if (said === undefined) return counted as Refusal;
    if (said.found.length === 0) return mostUseful(said.refused.map(({ refusal }) => refusal));
    const found = said.found.map(({ corridor, request, answer: said, qrExpiresAtMs }) => ({
      corridor,
      lookup: {
        lookupId: request.lookupId,
        participant,
        corridor: corridor.corridorId,
        ...(body.qrText === undefined ? {} : { qrText: body.qrText }),
        found: withCodeExpiry(said, qrExpiresAtMs),
      },
    }));
    const [unranked] = await Promise.all([
      this.market.look(found, body.sourceCurrency),
      ...found.map(({ lookup }) => this.keep.add(lookup)),
    ]);
    for (const { lookup } of found) this.recent.add(lookup.lookupId, lookup);
    const offers = rankOffers(unranked);
    const notOffered = [...target.passed, ...said.refused];
    return { kind: 'ok', lookup: offers[0]!.lookup, offers, notOffered };
  }

  /** A participant's own lookup; undefined when there is none or it is another's. */
  async byId(participant: string, lookupId: string): Promise<Lookup | undefined> {
    const lookup = this.recent.get(lookupId) ?? (await this.load.add(lookupId));
    return lookup?.participant === participant ? lookup : undefined;
  }
}

/** The earlier of what the network and the code say counts; nothing holds longer than the code. */
function withCodeExpiry(found: Found, codeExpiresAtMs: number | undefined): Found {
  if (codeExpiresAtMs === undefined) return found;
  const qrExpiresAtMs = Math.min(
    codeExpiresAtMs,
    found.qrExpiresAt === undefined ? Infinity : Date.parse(found.qrExpiresAt),
  );
  const validUntilMs = Math.min(qrExpiresAtMs, Date.parse(found.validUntil));
  return {
    ...found,
    qrExpiresAt: new Date(qrExpiresAtMs).toISOString(),
    validUntil: new Date(validUntilMs).toISOString(),
  };
}
