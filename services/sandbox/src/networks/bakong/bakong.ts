import type { Kit, ControlRoute, SimulatedNetwork } from '../../kit/network.js';
import {
  json,
  Listener,
  plain,
  type HttpCall,
  type HttpOutcome,
  type HttpReply,
} from '../../kit/listener.js';
import { seededUnit } from '../../kit/clock.js';
import { findBakongAccount } from './accounts.js';
import { BAKONG_OPERATIONS } from './operations.js';
import { BakongLedger } from './ledger.js';
import { OpenApi } from './open-api.js';
import { ParticipantInterface } from './participant.js';

const BODY_BYTES_MAX = 1 << 20;
const LOCAL_OFFSET_MS = 7 * 3_600_000;
const DAY_MS = 86_400_000;
const ENTRIES_MAX = 5_000;
const CURRENCIES: readonly string[] = ['KHR', 'USD'];

export interface SimulatedBakongSettings {
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly email: string;
  /** A hash shows in the Open API after 0 to this many ms. */
  readonly ledgerDelayMs: number;
  readonly seed: number;
}

/** The home network: participant interface and Open API on one port, over one ledger. */
export async function openBakong(settings: SimulatedBakongSettings, kit: Kit): Promise<SimulatedNetwork> {
  const { clock, faults, pause, booksDir, onError } = kit;
  const unit = seededUnit(settings.seed);
  const ledgerDelay = (): number => Math.floor(unit() * (settings.ledgerDelayMs + 1));
  const ledger = await BakongLedger.open(`${booksDir}/bakong.books`, clock, ledgerDelay, {
    onBroken: onError,
  });
  const openApi = new OpenApi(ledger, faults, clock, pause, settings.email);
  const participants = new ParticipantInterface(ledger, faults, clock, pause, settings);
  const answer = (call: HttpCall): Promise<HttpOutcome> => {
    if (call.method === 'POST' && call.path === '/cb') return participants.answer(call);
    if (call.method === 'POST' && call.path.startsWith('/v1/')) return openApi.answer(call);
    return Promise.resolve(plain(404, 'unknown path'));
  };
  return {
    id: 'bakong',
    listener: new Listener(answer, { port: settings.port, bodyBytesMax: BODY_BYTES_MAX, onError }),
    operations: BAKONG_OPERATIONS,
    routes: routesOf(ledger, openApi),
    books: () => Promise.resolve({ ...ledger.totals(), check: ledger.check() }),
    resume: () => Promise.resolve(),
    close: () => ledger.close(),
  };
}

function routesOf(ledger: BakongLedger, openApi: OpenApi): Record<string, ControlRoute> {
  return {
    'GET balance': ({ query }) => {
      const account = query.get('account');
      const currency = query.get('currency');
      if (account === null || currency === null)
        return json(422, { error: 'account and currency are needed' });
      if (!CURRENCIES.includes(currency)) return unknownCurrency(currency);
      if (findBakongAccount(account) === undefined)
        return json(404, { error: `there is no account ${account}` });
      return json(200, { account, currency, minor: ledger.balance(account, currency).toString() });
    },
    'GET entries': ({ query }) => entries(ledger, query),
    'POST expire-tokens': () => {
      openApi.expireTokens();
      return json(200, { expired: true });
    },
  };
}

function unknownCurrency(currency: string): HttpReply {
  return json(422, { error: `currency: ${currency} is none of ${CURRENCIES.join(', ')}` });
}

/** JavaScript takes 2026-02-30 for a day in March. */
function isDay(text: string): boolean {
  const at = Date.parse(text);
  return !Number.isNaN(at) && new Date(at).toISOString().slice(0, 10) === text;
}

function entries(ledger: BakongLedger, query: URLSearchParams): HttpOutcome {
  const externalRef = query.get('externalRef');
  const hash = query.get('hash');
  if (externalRef !== null || hash !== null) {
    const entry = externalRef === null ? ledger.findByHash(hash ?? '') : ledger.findByRef(externalRef);
    return json(200, { entries: entry === undefined ? [] : [entry] });
  }
  const day = query.get('day') ?? '';
  const from = isDay(day) ? Date.parse(day) - LOCAL_OFFSET_MS : NaN;
  if (Number.isNaN(from))
    return json(422, { error: 'externalRef, hash, or day (YYYY-MM-DD) and currency are needed' });
  const currency = query.get('currency') ?? 'KHR';
  if (!CURRENCIES.includes(currency)) return unknownCurrency(currency);
  const found = ledger.list(from, from + DAY_MS, currency);
  return json(200, { count: found.length, entries: found.slice(0, ENTRIES_MAX).map(({ entry }) => entry) });
}
