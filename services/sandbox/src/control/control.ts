import { formatPayable, type Amount } from '@tonle/money';
import { z } from 'zod';
import type { BakongLedger } from '../networks/bakong/ledger.js';
import type { OpenApi } from '../networks/bakong/open-api.js';
import type { SystemClock } from '../kit/clock.js';
import { thaiPayer } from '../networks/iso20022/payees.js';
import { faultRequest } from '../kit/fault.js';
import type { FaultBook } from '../kit/fault-book.js';
import type { Pause } from '../kit/faulty.js';
import type { FxProviders } from '../fx/provider.js';
import { json, type HttpCall, type HttpOutcome, type HttpReply } from '../kit/listener.js';
import { khqrRequest, makeKhqr, makeThaiQr, thaiRequest, type Sample } from '../networks/sample-codes.js';
import type { PayerSide, PayStep } from '../networks/iso20022/payer.js';
import { InboundRun, runRequest } from '../networks/iso20022/run.js';
import type { ThaiBooks } from '../networks/iso20022/books.js';
import { eitherAmount, readBody, readEither } from '../kit/body.js';

export interface ControlParts {
  readonly faults: FaultBook;
  readonly ledger: BakongLedger;
  readonly openApi: OpenApi;
  readonly thaiBooks: ThaiBooks;
  readonly payer: PayerSide;
  readonly fx: FxProviders;
  readonly clock: SystemClock;
  readonly pause: Pause;
}

const payRequest = z.strictObject({
  qrText: z.string().min(1).max(512),
  amount: eitherAmount.optional(),
  /** A Thai bank account; default a fixed one. */
  payer: z.string().min(1).max(34).optional(),
  payerName: z.string().min(1).max(140).optional(),
  waitMs: z.number().int().min(0).max(600_000).default(90_000),
});
const clockRequest = z.strictObject({ offsetMs: z.number().int().min(-86_400_000).max(86_400_000) });
const faultsRequest = z.union([faultRequest, z.array(faultRequest).max(100)]);
const DEFAULT_PAYER = 1;
const LOCAL_OFFSET_MS = 7 * 3_600_000;
const ENTRIES_MAX = 5000;

type Route = (call: HttpCall) => Promise<HttpOutcome> | HttpOutcome;

/** The sandbox's own API: faults, books, inbound payments, sample codes. */
export class Control {
  private readonly routes: Readonly<Record<string, Route>>;
  private run: InboundRun | undefined;

  constructor(private readonly parts: ControlParts) {
    this.routes = {
      'GET /control/health': () => json(200, { ok: true }),
      'GET /control/faults': () => json(200, { faults: parts.faults.list() }),
      'POST /control/faults': (call) => this.addFaults(call),
      'DELETE /control/faults': () => json(200, { cleared: parts.faults.clear() }),
      'POST /control/qr/khqr': (call) => this.sample(call, khqrRequest, makeKhqr),
      'POST /control/qr/thai': (call) => this.sample(call, thaiRequest, makeThaiQr),
      'POST /control/thailand/pay': (call) => this.pay(call),
      'POST /control/thailand/run': (call) => this.startRun(call),
      'GET /control/books': () => this.books(),
      'GET /control/bakong/balance': (call) => this.balance(call.query),
      'GET /control/bakong/entries': (call) => this.bakongEntries(call.query),
      'POST /control/bakong/expire-tokens': () => {
        parts.openApi.expireTokens();
        return json(200, { expired: true });
      },
      'POST /control/fx/push': async () => json(200, { results: await parts.fx.push() }),
      'POST /control/clock': (call) => this.moveClock(call),
    };
  }

  async answer(call: HttpCall): Promise<HttpOutcome> {
    const route = this.routes[`${call.method} ${call.path}`];
    if (route !== undefined) return route(call);
    const [, , area, noun, id] = call.path.split('/');
    if (call.method === 'DELETE' && area === 'faults' && noun !== undefined) {
      const cleared = this.parts.faults.clear(noun);
      return cleared === 0 ? json(404, { error: `there is no fault ${noun}` }) : json(200, { cleared });
    }
    if (call.method === 'GET' && area === 'thailand' && noun === 'payments' && id !== undefined)
      return this.thaiPayment(id);
    return json(404, { error: `there is no ${call.method} ${call.path}` });
  }

  close(): void {
    this.run?.stop();
  }

  private addFaults(call: HttpCall): HttpReply {
    const body = readBody(call, faultsRequest);
    if (body.kind === 'refused') return body.reply;
    const wanted = Array.isArray(body.value) ? body.value : [body.value];
    return json(201, { faults: wanted.map((fault) => this.parts.faults.add(fault)) });
  }

  private sample<T>(
    call: HttpCall,
    schema: z.ZodType<T>,
    make: (request: T, now: number) => Sample,
  ): HttpReply {
    const body = readBody(call, schema);
    if (body.kind === 'refused') return body.reply;
    const { kind, ...sample } = make(body.value, this.parts.clock.now());
    return kind === 'made'
      ? json(200, sample)
      : json(422, { error: 'no such code can be made', issues: [(sample as { because: string }).because] });
  }

  private async pay(call: HttpCall): Promise<HttpOutcome> {
    const body = readBody(call, payRequest);
    if (body.kind === 'refused') return body.reply;
    const { qrText, waitMs } = body.value;
    const amount = body.value.amount === undefined ? undefined : readEither(body.value.amount);
    if (body.value.amount !== undefined && amount === undefined)
      return json(422, { error: 'the body does not fit', issues: ['amount: not payable'] });
    const known = thaiPayer(DEFAULT_PAYER);
    const payer = { account: body.value.payer ?? known.account, name: body.value.payerName ?? known.name };
    const started = performance.now();
    const steps: PayStep[] = [];
    const step = (name: string, detail?: string): void => {
      const ms = Math.round((performance.now() - started) * 10) / 10;
      steps.push({
        step: name,
        at: new Date(this.parts.clock.now()).toISOString(),
        ms,
        ...(detail === undefined ? {} : { detail }),
      });
    };
    step('scanned', qrText.slice(0, 60));
    const preparation = await this.parts.payer.prepare(
      { qrText, payer, ...(amount === undefined ? {} : { amount }) },
      step,
    );
    if (preparation.kind === 'refused')
      return json(preparation.status, {
        error: 'the switch refused the code or the quote',
        answer: preparation.body,
        steps,
      });
    const { quote, payee } = preparation.payment;
    const outcome = await this.parts.payer.pay(preparation.payment, waitMs, step);
    const shown = { ...quote, source: shownAmount(quote.source), target: shownAmount(quote.target) };
    return json(200, {
      ...outcome,
      latencyMs: Math.round(outcome.latencyMs * 10) / 10,
      ...shown,
      payer,
      payee,
      steps,
    });
  }

  private async startRun(call: HttpCall): Promise<HttpOutcome> {
    const body = readBody(call, runRequest);
    if (body.kind === 'refused') return body.reply;
    if (this.run !== undefined) return json(409, { error: 'a run is under way' });
    const { payer, clock, pause } = this.parts;
    const run = new InboundRun(body.value, payer, clock, pause);
    this.run = run;
    const { response } = call;
    response.writeHead(200, { 'content-type': 'application/x-ndjson' });
    response.on('close', () => run.stop());
    try {
      await run.run((line) => response.write(`${JSON.stringify(line)}\n`));
    } finally {
      this.run = undefined;
      response.end();
    }
    return 'streamed';
  }

  private async books(): Promise<HttpReply> {
    const { ledger, thaiBooks } = this.parts;
    await thaiBooks.settled();
    return json(200, { bakong: { ...ledger.totals(), check: ledger.check() }, thailand: thaiBooks.totals() });
  }

  private balance(query: URLSearchParams): HttpReply {
    const account = query.get('account');
    const currency = query.get('currency');
    if (account === null || currency === null) return json(422, { error: 'account and currency are needed' });
    return json(200, { account, currency, minor: this.parts.ledger.balance(account, currency).toString() });
  }

  private bakongEntries(query: URLSearchParams): HttpReply {
    const { ledger } = this.parts;
    const externalRef = query.get('externalRef');
    const hash = query.get('hash');
    if (externalRef !== null || hash !== null) {
      const entry = externalRef === null ? ledger.findByHash(hash ?? '') : ledger.findByRef(externalRef);
      return json(200, { entries: entry === undefined ? [] : [entry] });
    }
    const day = query.get('day') ?? '';
    const from = Date.parse(`${day}T00:00:00Z`) - LOCAL_OFFSET_MS;
    if (Number.isNaN(from)) return json(422, { error: 'externalRef, hash, or day and currency are needed' });
    const found = ledger.list(from, from + 86_400_000, query.get('currency') ?? 'KHR');
    return json(200, { count: found.length, entries: found.slice(0, ENTRIES_MAX).map(({ entry }) => entry) });
  }

  private thaiPayment(uetr: string): HttpReply {
    const { thaiBooks } = this.parts;
    const credit = thaiBooks.credit(uetr);
    const debit = thaiBooks.debit(uetr);
    if (credit === undefined && debit === undefined)
      return json(404, { error: 'there is no such payment in the books' });
    return json(200, {
      ...(credit === undefined ? {} : { credit }),
      ...(debit === undefined ? {} : { debit }),
    });
  }

  private moveClock(call: HttpCall): HttpReply {
    const body = readBody(call, clockRequest);
    if (body.kind === 'refused') return body.reply;
    this.parts.clock.offsetMs = body.value.offsetMs;
    return json(200, { offsetMs: body.value.offsetMs, now: new Date(this.parts.clock.now()).toISOString() });
  }
}

function shownAmount(value: Amount): { currency: string; amount: string; minor: string } {
  return { currency: value.currency, amount: formatPayable(value), minor: value.minor.toString() };
}
