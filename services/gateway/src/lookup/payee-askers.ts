import { setTimeout as pause } from 'node:timers/promises';
import { adapterCalls, refused, type LookupAnswer, type LookupRequest } from '@tonle/contracts';
import type { Corridor } from '@tonle/directory';
import { Gatherer, ServiceUnavailable, type ServiceCalls } from '@tonle/messaging';
import type { Clock } from '@tonle/platform';
import { askPatiently } from '../http/patient-call.js';
import type { Candidate } from './candidate.decide.js';
import type { Found } from './lookup.js';
import type { NotOffered } from './offer.decide.js';

const ASK_BATCH_MAX = 100;
const LINGER_MS = 5;
const WAITING_MAX = 5_000;
/** Whose network answers late keeps only those waiting that were asked for together. */
const SLOW_MS = 50;
/** Once one network has found the payee, the payer waits so much longer for the others. */
const OTHERS_MS = 1_000;
const LATE = 'The network had not answered when another had found the payee.';

/** What one network said. */
export interface PayeeSaid<Said> extends Candidate {
  readonly request: LookupRequest;
  readonly answer: Said;
}

type Said = PayeeSaid<LookupAnswer>;

/** What several networks said: who has found the payee, if anybody has, and why the others have not. */
export interface PayeesSaid {
  readonly found: readonly PayeeSaid<Found>[];
  readonly refused: readonly NotOffered[];
}

/** Asks the adapters of several networks for one payee at once, each in batches of its own. */
export class PayeeAskers {
  private readonly askers = new Map<string, Gatherer<LookupRequest, LookupAnswer>>();

  constructor(
    private readonly calls: ServiceCalls,
    private readonly clock: Clock,
  ) {}

  /**
   * Whoever is silent keeps nobody waiting for long who is found elsewhere. Throws what asking threw where nobody has
   * answered.
   */
  async ask(
    candidates: readonly Candidate[],
    requestFor: (corridor: Corridor) => LookupRequest,
  ): Promise<PayeesSaid> {
    const said: Said[] = [];
    const thrown: unknown[] = [];
    let tellFirst: () => void = () => undefined;
    const first = new Promise<void>((tell) => (tellFirst = tell));
    const asked = candidates.map(async (candidate) => {
      const request = requestFor(candidate.corridor);
      try {
        const answer = await this.asker(candidate.corridor.partner.adapter).add(request);
        said.push({ ...candidate, request, answer });
        if (answer.kind === 'found') tellFirst();
      } catch (error) {
        thrown.push(error);
        if (candidates.length > 1 && error instanceof ServiceUnavailable)
          said.push({
            ...candidate,
            request,
            answer: refused('unavailable', 'Its adapter is not available.'),
          });
      }
    });
    await soonEnough(Promise.all(asked), first);
    return settled(candidates, said, thrown);
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

/** All, or a while after the first. */
async function soonEnough(all: Promise<unknown>, first: Promise<void>): Promise<void> {
  const over = new AbortController();
  const late = first.then(() => pause(OTHERS_MS, undefined, { signal: over.signal })).catch(() => undefined);
  await Promise.race([all, late]);
  over.abort();
}

function settled(
  candidates: readonly Candidate[],
  said: readonly Said[],
  thrown: readonly unknown[],
): PayeesSaid {
  const found = said.flatMap(({ answer, ...rest }) => (answer.kind === 'found' ? [{ ...rest, answer }] : []));
  const refusals = said.flatMap(({ answer, corridor }) =>
    answer.kind === 'refused' ? [{ corridor, refusal: answer }] : [],
  );
  if (found.length > 0) {
    const silent = candidates.filter(({ corridor }) => !said.some((each) => each.corridor === corridor));
    const late = silent.map(({ corridor }) => ({ corridor, refusal: refused('partner_silent', LATE) }));
    return { found, refused: [...refusals, ...late] };
  }
  // An error of ours is no answer: it is not hidden by what another network said.
  const ours =
    thrown.find((error) => !(error instanceof ServiceUnavailable)) ??
    (said.length === 0 ? thrown[0] : undefined);
  if (ours !== undefined) throw ours as Error;
  return { found, refused: refusals };
}
