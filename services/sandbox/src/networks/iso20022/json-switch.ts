import type { KeyObject } from 'node:crypto';
import { bodyTrouble, signBody } from '@tonle/network';
import { formatPayable, amount } from '@tonle/money';
import type { Clock } from '@tonle/platform';
import { loadRsaPrivateKey, loadRsaPublicKey } from '@tonle/security';
import { z } from 'zod';
import type { CallFacts } from '../../kit/fault.js';
import type { FaultBook } from '../../kit/fault-book.js';
import { underFault, type Operation, type Pause } from '../../kit/faulty.js';
import { json, type HttpCall, type HttpOutcome, type HttpReply } from '../../kit/listener.js';
import { turned } from '../../kit/signed-wire.js';
import type { CreditRecord, IsoBooks } from './books.js';
import { resolveQr } from './lookup.js';
import type { PayeeRules } from './payees.js';
import type { IsoScheme } from './scheme.js';

/** Where the questions in JSON are. */
const BASE = '/api/core/v1/';
const UNAUTHORIZED = json(401, { statusCode: 401, message: 'The token has expired or does not exist' });
const UNVERIFIED = json(400, { statusCode: 400, message: 'Signature could not be verified' });

const grant = z.object({
  grant_type: z.literal('password'),
  client_id: z.string(),
  client_secret: z.string(),
  username: z.string(),
  password: z.string(),
});
const question = z.object({
  RequestId: z.string().min(1).max(16),
  BenId: z.string().optional(),
  AccountNumber: z.string().optional(),
  AccountType: z.string().optional(),
  QrData: z.string().optional(),
  MessageId: z.string().optional(),
  Uetr: z.string().optional(),
});
type Question = z.infer<typeof question>;
type Said = Readonly<Record<string, string | undefined>>;
/** An answer, or the ISO reason of a refusal. */
type Saying = { readonly said: Said } | { readonly reason: string };

export interface JsonSwitchParts {
  readonly scheme: IsoScheme & { readonly json: NonNullable<IsoScheme['json']> };
  readonly payees: PayeeRules;
  readonly books: IsoBooks;
  readonly keysDir: string;
  readonly faults: FaultBook;
  readonly clock: Clock;
  readonly pause: Pause;
  readonly randomUuid: () => string;
}

/** A network's questions in JSON: a token by the password grant, requests and answers signed in their bodies. */
export class JsonSwitch {
  private readonly privateKey: KeyObject;
  private readonly tonleKey: KeyObject;
  /** Token -> when it ends, epoch ms. They die with the process. */
  private readonly tokens = new Map<string, number>();
  private readonly operations: Readonly<
    Record<string, { readonly name: string; readonly say: (asked: Question) => Saying | Promise<Saying> }>
  >;

  constructor(private readonly parts: JsonSwitchParts) {
    const { keysDir, scheme } = parts;
    this.privateKey = loadRsaPrivateKey(`${keysDir}/${scheme.id}.rsa.key.pem`);
    this.tonleKey = loadRsaPublicKey(`${keysDir}/TONLE.rsa.pub.pem`);
    this.operations = {
      'account/lookup': { name: 'account.lookup', say: (asked) => this.lookUp(asked) },
      [scheme.json.codes]: { name: 'qr.resolve', say: (asked) => this.resolve(asked) },
      'payment/status': { name: 'payment.status', say: (asked) => this.status(asked) },
    };
  }

  serves({ path }: HttpCall): boolean {
    return path.startsWith(BASE);
  }

  /** Every request must be signed by Tonle, and but for the token's own have a token. */
  async answer(call: HttpCall): Promise<HttpOutcome> {
    if (bodyTrouble(call.body, [this.tonleKey]) !== undefined) return UNVERIFIED;
    const path = call.path.slice(BASE.length);
    if (path === 'oauth/token') return this.run('oauth.token', {}, () => this.token(call), tokenError);
    const operation = Object.hasOwn(this.operations, path) ? this.operations[path] : undefined;
    if (operation === undefined) return json(404, { statusCode: 404, message: 'Not found' });
    if (!this.holds(call)) return UNAUTHORIZED;
    const asked = question.safeParse(JSON.parse(call.body.toString('utf8')));
    if (!asked.success) return json(400, { statusCode: 400, message: 'Invalid JSON Request' });
    const { data } = asked;
    const { BenId = '', AccountNumber = '', Uetr: uetr } = data;
    const facts = { accounts: [`${BenId}${AccountNumber}`, AccountNumber], uetr };
    const perform = async () => this.told(data, await operation.say(data));
    return this.run(operation.name, facts, perform, (code) => this.error(data, code));
  }

  /** Tokens that were given out do not hold any more. */
  expireTokens(): void {
    this.tokens.clear();
  }

  private run(
    name: string,
    facts: CallFacts,
    perform: () => object | Promise<object>,
    refusal: (code: string) => object,
  ): Promise<HttpOutcome> {
    const { faults, scheme, pause } = this.parts;
    const operation: Operation = {
      perform: async () => this.signed(await perform()),
      refuse: (code) => Promise.resolve(this.signed(refusal(code))),
      expire: () => {
        this.expireTokens();
        return UNAUTHORIZED;
      },
      spoil: (reply) => ({
        ...reply,
        body: reply.body.toString().replace(/(?<="Signature":")[^"]+/, turned),
      }),
    };
    return underFault(faults.pick(scheme.id, name, facts), operation, pause);
  }

  private token({ body, headers }: HttpCall): object {
    const { clock, randomUuid, scheme } = this.parts;
    const { clientId, clientSecret, user, password, tokenSeconds } = scheme.json;
    const read = grant.safeParse(JSON.parse(body.toString('utf8')));
    const known =
      read.success &&
      read.data.client_id === clientId &&
      read.data.client_secret === clientSecret &&
      read.data.username === user &&
      read.data.password === password &&
      headers.authorization === `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
    if (!known) return tokenError('INVALID_CLIENT');
    const token = randomUuid();
    this.tokens.set(token, clock.now() + tokenSeconds * 1000);
    return {
      result: 'SUCCESS',
      access_token: token,
      token_type: 'bearer',
      refresh_token: randomUuid(),
      expires_in: String(tokenSeconds),
      scope: 'read write trust',
    };
  }

  private holds({ headers }: HttpCall): boolean {
    const token = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1];
    const endsAt = token === undefined ? undefined : this.tokens.get(token);
    return endsAt !== undefined && this.parts.clock.now() < endsAt;
  }

  private lookUp({ BenId = '', AccountNumber = '', AccountType }: Question): Saying {
    const { payees, scheme } = this.parts;
    const payee = payees.find(`${BenId}${AccountNumber}`, AccountType);
    if (payee.kind === 'missing') return payee;
    const Currency = scheme.currency;
    return {
      said: { BenId, AccountNumber, AccountType: payee.accountType, AccountName: payee.name, Currency },
    };
  }

  private resolve({ QrData = '' }: Question): Saying {
    const { payees, scheme, clock } = this.parts;
    const found = resolveQr(QrData, scheme, payees, clock.now());
    if (!found.found) return found;
    const { account, accountType: AccountType, currency: Currency, displayName, reference: Remark } = found;
    const { bankDigits } = scheme.json;
    return {
      said: {
        BenId: account.slice(0, bankDigits),
        AccountNumber: account.slice(bankDigits),
        AccountType,
        AccountName: displayName,
        Currency,
        Amount: found.amount === undefined ? undefined : majorText(Currency, found.amount.minor),
        Remark,
      },
    };
  }

  private async status({ Uetr = '', MessageId }: Question): Promise<Saying> {
    const { books } = this.parts;
    const isAsked = ({ entry }: CreditRecord): boolean => entry.messageId === MessageId;
    // A return is known by its own id, and named with the UETR of what it gives back.
    const record = [Uetr, MessageId ?? ''].flatMap((key) => books.credit(key) ?? []).find(isAsked);
    await books.settled();
    if (record === undefined) return { reason: 'AG09' };
    const { entry, final } = record;
    return {
      said: {
        MessageId,
        Uetr,
        TransactionStatus: final?.status ?? 'ACSP',
        ReasonCode: final?.reason,
        Reference: entry.reference,
        Amount: majorText(entry.currency, entry.minor),
        Currency: entry.currency,
      },
    };
  }

  private told(asked: Question, saying: Saying): object {
    const { RequestId } = asked;
    if ('reason' in saying) return this.error(asked, this.parts.scheme.json.errors[saying.reason] ?? '96');
    return { ResponseInfo: { Status: 'SUCCESS' }, RequestId, ...saying.said, Timestamp: this.timestamp() };
  }

  private error({ RequestId }: Question, ErrCode: string): object {
    const ResponseInfo = { Status: 'ERROR', ErrCode, ErrDesc: `refused as ${ErrCode}` };
    return { ResponseInfo, RequestId, Timestamp: this.timestamp() };
  }

  private signed(body: object): HttpReply {
    const reply = json(200, body);
    return { ...reply, body: Buffer.from(signBody(Buffer.from(reply.body), this.privateKey)) };
  }

  private timestamp(): string {
    return new Date(this.parts.clock.now()).toISOString();
  }
}

function tokenError(ErrCode: string): object {
  return { result: 'ERROR', ErrCode, ErrDesc: 'no token' };
}

function majorText(currency: string, minor: string): string {
  return formatPayable(amount(currency, BigInt(minor)));
}
