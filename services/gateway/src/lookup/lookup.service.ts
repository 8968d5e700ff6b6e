import { payable, readQr } from '@tonle/emvqr';
import { Gatherer, type ServiceCalls } from '@tonle/messaging';
import type { Clock, Random } from '@tonle/platform';
import { adapterCalls, type LookupAnswer, type LookupRequest, type Refusal, refused } from '@tonle/contracts';
import type { Corridor, Directory } from '@tonle/directory';
import type { LookupBudget } from '@tonle/door';
import type { Database } from '@tonle/persistence';
import { askPatiently } from '../http/patient-call.js';
import { Recent } from '../http/recent.js';
import { kindRefusal, payableThrough, type Lookup, type Found } from './lookup.js';
import type { CreateLookup } from './lookup.schema.js';
import { lookupsById, insertLookups } from './lookup.store.js';

const ASK_BATCH_MAX = 100;
const STORE_BATCH_MAX = 500;
const LINGER_MS = 5;
const WAITING_MAX = 5_000;
/** Whose network answers late keeps only those waiting that were asked for together. */
const SLOW_MS = 50;
const RECENT_MAX = 20_000;

/** Finds out who would be paid: reads the code, chooses the corridor, asks the payee's adapter, keeps the lookup. */
export class LookupService {
  private readonly askers = new Map<string, Gatherer<LookupRequest, LookupAnswer>>();
  private readonly keep: Gatherer<Lookup, undefined>;
  private readonly load: Gatherer<string, Lookup | undefined>;
  private readonly recent = new Recent<Lookup>(RECENT_MAX);

  constructor(
    private readonly directory: Directory,
    private readonly database: Database,
    private readonly calls: ServiceCalls,
    private readonly clock: Clock,
    private readonly random: Random,
    private readonly budget: Pick<LookupBudget, 'within'>,
  ) {
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

  /** Refuses the qr_*, payee_*, account_*, corridor_*, lookups_* reasons. Throws ServiceUnavailable when the adapter is away. */
  async find(participant: string, body: CreateLookup): Promise<{ kind: 'ok'; lookup: Lookup } | Refusal> {
    const target = this.target(body);
    if (target.kind === 'refused') return target;
    const { corridor } = target;
    const lookupId = this.random.id(this.clock.now());
    const answer = await this.budget.within(participant, () =>
      this.asker(corridor.partner.adapter).add({
        lookupId,
        participant,
        corridor: corridor.corridorId,
        ...(body.qrText === undefined ? {} : { qrText: body.qrText }),
        ...(body.account === undefined ? {} : { account: body.account, accountType: body.accountType! }),
      }),
    );
    if (answer.kind === 'refused') return answer;
    const lookup: Lookup = {
      lookupId,
      participant,
      corridor: corridor.corridorId,
      ...(body.qrText === undefined ? {} : { qrText: body.qrText }),
      found: withCodeExpiry(answer, target.qrExpiresAtMs),
    };
    await this.keep.add(lookup);
    this.recent.add(lookupId, lookup);
    return { kind: 'ok', lookup };
  }

  /** A participant's own lookup; undefined when there is none or it is another's. */
  async byId(participant: string, lookupId: string): Promise<Lookup | undefined> {
    const lookup = this.recent.get(lookupId) ?? (await this.load.add(lookupId));
    return lookup?.participant === participant ? lookup : undefined;
  }

  private target(body: CreateLookup): { kind: 'ok'; corridor: Corridor; qrExpiresAtMs?: number } | Refusal {
    const nowMs = this.clock.now();
    const { qrText, country, accountType = '' } = body;
    if (qrText === undefined) {
      const corridor =
        country === undefined ? undefined : this.directory.corridorOfAccount(country, accountType);
      const unknown =
        corridor === undefined ? undefined : kindRefusal(accountType, corridor.partner, '/accountType');
      return unknown ?? payableThrough(corridor, country ?? 'an account without country', nowMs);
    }
    const code = payable(readQr(qrText, nowMs));
    if (code.kind === 'unpaid') return refused(code.reason, code.detail);
    const target = payableThrough(
      this.directory.corridorOfScheme(code.scheme),
      `${code.scheme} QR codes`,
      nowMs,
    );
    if (target.kind === 'refused' || code.expiresAtMs === undefined) return target;
    return { ...target, qrExpiresAtMs: code.expiresAtMs };
  }

  private asker(adapter: string): Gatherer<LookupRequest, LookupAnswer> {
    let asker = this.askers.get(adapter);
    if (asker === undefined) {
      const contract = adapterCalls(adapter).lookup;
      asker = new Gatherer(
        async (items) => (await askPatiently(this.calls, this.clock, contract, { items: [...items] })).items,
        {
          batchMax: ASK_BATCH_MAX,
          lingerMs: LINGER_MS,
          waitingMax: WAITING_MAX,
          slowMs: SLOW_MS,
        },
      );
      this.askers.set(adapter, asker);
    }
    return asker;
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
