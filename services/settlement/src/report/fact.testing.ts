import { FACT_SOURCES, SPEED_EDGES_MS, type FactBody, type FactSourceName } from '@tonle/contracts';
import type { Database } from '@tonle/persistence';
import { FactStore } from '../fact/fact.store.js';

let places = 0;

/** Tells facts of a source as the copying job does, known from `atMs` on; `sealedUpTo` is where the copy has come to. */
export async function tellFacts<Name extends FactSourceName>(
  database: Database,
  source: Name,
  facts: Readonly<Record<string, FactBody<Name> | null>>,
  { atMs, sealedMs }: { readonly atMs: number; readonly sealedMs: number },
): Promise<void> {
  const store = new FactStore();
  const [service] = FACT_SOURCES[source].services as [string];
  const key = { source, service };
  await store.begin(database, [key]);
  const { place } = await store.state(database, key);
  places += 1;
  const rows = Object.entries(facts).map(([id, body]) => ({
    ...{ id, changedAt: new Date(atMs).toISOString() },
    body: body === null ? null : (FACT_SOURCES[source].body.parse(body) as Record<string, unknown>),
  }));
  const sealedUpTo = new Date(sealedMs).toISOString();
  await database.transaction((transaction) =>
    store.append(transaction, key, place, { rows, next: `${places}`, isMore: false, sealedUpTo }, () => atMs),
  );
}

/** Sources are copied up to an instant, as far as that goes with nothing in them; every one when none is named. */
export async function sealFacts(
  database: Database,
  sealedMs: number,
  ...named: FactSourceName[]
): Promise<void> {
  const sources = named.length === 0 ? (Object.keys(FACT_SOURCES) as FactSourceName[]) : named;
  const keys = sources.flatMap((source) =>
    FACT_SOURCES[source].services.map((service) => ({ source, service })),
  );
  await new FactStore().begin(database, keys);
  await database.query('UPDATE fact_copy SET sealed_up_to = $1 WHERE source = ANY($2)', [
    new Date(sealedMs),
    sources,
  ]);
}

/** So many durations in bands, by their upper ends in ms. */
export function bandsOf(counts: Readonly<Record<number, number>>): number[] {
  return [...SPEED_EDGES_MS.map((edge) => counts[edge] ?? 0), counts[Infinity] ?? 0];
}

type PaymentHour = FactBody<'routing.payment-hour'>;

/** An hour of KH-TH, of which all that is given is otherwise nothing. */
export function paymentHour(
  hour: string,
  more: Omit<Partial<PaymentHour>, 'stages'> & {
    readonly stages?: readonly Partial<PaymentHour['stages'][number]>[];
  },
): PaymentHour {
  const nothing = { asked: 0, answered: 0, doubtful: 0, silentMinutes: 0, bands: bandsOf({}) };
  const partners = { debit: 'BAKONG', credit: 'THSWITCH', switch: null, total: null };
  const stages = (['debit', 'credit', 'switch', 'total'] as const).map((stage) => ({
    ...{ stage, partner: partners[stage], ...nothing },
    ...more.stages?.find((each) => each.stage === stage),
  }));
  return {
    ...{ hour, corridor: 'KH-TH', direction: 'outbound' as const },
    ...{ received: 0, open: 0, completed: 0, rejected: 0, expired: 0, blocked: 0, unknown: 0, rejects: [] },
    ...more,
    stages,
  };
}
