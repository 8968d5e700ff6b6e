import { randomUUID } from 'node:crypto';
import { amount, formatAsPaid, formatPayable } from '@tonle/money';
import type { Clock } from '@tonle/platform';
import { findBakongAccount, isBakongAccountId, SCHEME_ACCOUNTS } from './accounts.js';
import type { CallFacts } from '../../kit/fault.js';
import type { FaultBook } from '../../kit/fault-book.js';
import { underFault, type Pause } from '../../kit/faulty.js';
import type { HttpCall, HttpOutcome, HttpReply } from '../../kit/listener.js';
import type { BakongEntry, BakongLedger } from './ledger.js';

const TOKEN_LIFE_MS = 90 * 86_400_000;
const HASH_LIST_MAX = 50;
const PAGE_MAX = 1000;
const LOCAL_OFFSET_MS = 7 * 3_600_000;
const DAY_MS = 86_400_000;
const DAY = /^\d{4}-\d\d-\d\d$/;

type Body = Readonly<Record<string, unknown>>;
type Envelope = { responseCode: 0 | 1; responseMessage: string; errorCode: number | null; data: unknown };

// A JSON number written digit by digit: amounts never pass through a float here, whatever the wire's type says.
const rawJson = (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON;

/** The read-only Open API. Its "not found" means "not yet". */
export class OpenApi {
  private readonly tokens = new Map<string, number>();

  constructor(
    private readonly ledger: BakongLedger,
    private readonly faults: FaultBook,
    private readonly clock: Clock,
    private readonly pause: Pause,
    private readonly email: string,
  ) {}

  /** Makes every token that was given out invalid. */
  expireTokens(): void {
    this.tokens.clear();
  }

  /** `POST /v1/...`. */
  async answer(call: HttpCall): Promise<HttpOutcome> {
    const body = parse(call.body);
    const name = call.path.slice('/v1/'.length);
    if (body === undefined) return reply(400, failed(5, 'the body is not JSON'));
    const fault = this.faults.pick('bakong', name, factsOf(body));
    const perform = (): Promise<HttpReply> => Promise.resolve(this.perform(name, body, call));
    const refuse = (code: string): Promise<HttpReply> => {
      const number = /^\d+$/.test(code) ? Number(code) : 3;
      return Promise.resolve(reply(number === 6 ? 401 : 200, failed(number, code)));
    };
    return underFault(fault, { perform, refuse }, this.pause);
  }

  private perform(name: string, body: unknown, call: HttpCall): HttpReply {
    if (name === 'renew_token') return this.renew(fields(body));
    if (!this.authorised(call.headers.authorization))
      return reply(401, failed(6, 'Unauthorized, not yet requested for token or code invalid'));
    switch (name) {
      case 'check_transaction_by_hash':
        return this.one(text(body, 'hash'), (hash) => this.ledger.findByHash(hash));
      case 'check_transaction_by_hash_list':
        return this.byHashList(body);
      case 'check_transaction_by_md5':
        return this.one(text(body, 'md5'), (md5) => this.ledger.findByMd5(md5));
      case 'check_transaction_by_external_ref':
        return this.one(text(body, 'externalRef'), (reference) => this.ledger.findByRef(reference));
      case 'check_bakong_account':
        return checkAccount(text(body, 'accountId'));
      case 'list_transactions':
        return this.list(fields(body));
      default:
        return reply(404, failed(5, `unknown path ${name}`));
    }
  }

  private renew(body: Body): HttpReply {
    if (body['email'] !== this.email) return reply(200, failed(10, 'Not registered yet'));
    const token = `${randomUUID()}.${randomUUID()}`;
    this.tokens.set(token, this.clock.now() + TOKEN_LIFE_MS);
    return reply(200, done({ token }));
  }

  private authorised(header: string | undefined): boolean {
    const until = this.tokens.get(header?.replace(/^Bearer /, '') ?? '');
    return until !== undefined && this.clock.now() < until;
  }

  private one(key: string | undefined, find: (key: string) => BakongEntry | undefined): HttpReply {
    if (key === undefined) return reply(200, failed(5, 'Missing required fields'));
    const entry = find(key);
    return reply(
      200,
      entry === undefined
        ? failed(1, 'Transaction could not be found. Please check and try again.')
        : done(shown(entry)),
    );
  }

  private byHashList(body: unknown): HttpReply {
    if (
      !Array.isArray(body) ||
      body.length > HASH_LIST_MAX ||
      body.some((hash) => typeof hash !== 'string')
    ) {
      return reply(200, failed(5, `Send an array of at most ${HASH_LIST_MAX} hashes`));
    }
    const data = (body as string[]).map((hash) => {
      const entry = this.ledger.findByHash(hash);
      return entry === undefined
        ? { hash, status: 'NOT_FOUND' }
        : { hash, status: 'SUCCESS', data: shown(entry) };
    });
    return reply(200, done(data));
  }

  private list(body: Body): HttpReply {
    const { day, currency, cursor, size = PAGE_MAX } = body;
    if (typeof day !== 'string' || !DAY.test(day) || typeof currency !== 'string')
      return reply(200, failed(5, 'Missing required fields'));
    if (typeof size !== 'number' || !Number.isInteger(size) || size < 1 || size > PAGE_MAX)
      return reply(200, failed(13, 'size is 1 to 1000'));
    const from = Date.parse(`${day}T00:00:00Z`) - LOCAL_OFFSET_MS;
    if (Number.isNaN(from)) return reply(200, failed(13, 'day is no date'));
    const all = this.ledger.list(from, from + DAY_MS, currency);
    const after = typeof cursor === 'string' ? Number(cursor) : 0;
    if (!Number.isInteger(after)) return reply(200, failed(13, 'cursor is not one of ours'));
    const rest = all.filter(({ number }) => number > after);
    const page = rest.slice(0, size);
    const sum = all.reduce((total, { entry }) => total + BigInt(entry.minor), 0n);
    return reply(
      200,
      done({
        transactions: page.map(({ entry }) => shown(entry)),
        ...(rest.length > page.length ? { nextCursor: page.at(-1)!.number.toString() } : {}),
        count: all.length,
        total: rawJson(formatPayable(amount(currency, sum))),
        ...(rest.length === page.length && { balances: this.balances(from, currency) }),
      }),
    );
  }

  /** Of a day that is over; before, nobody knows what it will close with. */
  private balances(from: number, currency: string): unknown {
    const to = from + DAY_MS;
    if (this.clock.now() < to) return undefined;
    return SCHEME_ACCOUNTS.filter((id) => currency in findBakongAccount(id)!.opening).map((accountId) => {
      const { opening, closing } = this.ledger.held(accountId, currency, from, to);
      return { accountId, opening: decimal(currency, opening), closing: decimal(currency, closing) };
    });
  }
}

function checkAccount(accountId: string | undefined): HttpReply {
  if (accountId === undefined) return reply(200, failed(5, 'Missing required fields'));
  if (!isBakongAccountId(accountId.trim().toLowerCase()))
    return reply(200, failed(12, 'Account ID is malformed'));
  const account = findBakongAccount(accountId);
  if (account === undefined) return reply(200, failed(11, 'Account ID not found'));
  return reply(200, account.state === 'active' ? done(null) : failed(13, `Account is ${account.state}`));
}

const decimal = (currency: string, minor: bigint): unknown => rawJson(formatAsPaid(amount(currency, minor)));

function shown(entry: BakongEntry): unknown {
  const to = findBakongAccount(entry.to);
  return {
    hash: entry.hash,
    fromAccountId: entry.from,
    toAccountId: entry.to,
    currency: entry.currency,
    amount: rawJson(formatPayable(amount(entry.currency, BigInt(entry.minor)))),
    description: entry.remittance ?? entry.kind,
    createdDateMs: entry.at,
    acknowledgedDateMs: entry.visibleAt,
    trackingStatus: null,
    receiverBank: to?.domain ?? null,
    receiverBankAccount: entry.to,
    instructionRef: entry.instructionRef ?? null,
    externalRef: entry.externalRef,
    ...(entry.originalRef === undefined ? {} : { originalRef: entry.originalRef }),
  };
}

function parse(body: Buffer): unknown {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

function fields(body: unknown): Body {
  return Array.isArray(body) ? {} : (body as Body);
}

function text(body: unknown, name: string): string | undefined {
  const value = fields(body)[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function factsOf(body: unknown): CallFacts {
  return { accounts: [text(body, 'accountId')], reference: text(body, 'externalRef') ?? text(body, 'hash') };
}

function done(data: unknown): Envelope {
  return { responseCode: 0, responseMessage: 'Success', errorCode: null, data };
}

function failed(errorCode: number, responseMessage: string): Envelope {
  return { responseCode: 1, responseMessage, errorCode, data: null };
}

function reply(status: number, body: Envelope): HttpReply {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify(body),
  };
}
