import { z } from 'zod';
import type { FxProviders } from '../fx/provider.js';
import { readBody } from '../kit/body.js';
import type { SystemClock } from '../kit/clock.js';
import { faultRequest, type Fault, type FaultRequest } from '../kit/fault.js';
import { checkFault } from '../kit/fault-check.js';
import type { FaultBook } from '../kit/fault-book.js';
import { json, type HttpCall, type HttpOutcome, type HttpReply } from '../kit/listener.js';
import type { ControlRoute, SimulatedNetwork } from '../kit/network.js';
import type { PayeeRules } from '../networks/iso20022/payees.js';
import { strangerRefusal } from './stranger.js';
import { khqrRequest, makeKhqr, makeThaiQr, thaiRequest, type SampleCode } from '../networks/sample-codes.js';

export interface ControlParts {
  readonly faults: FaultBook;
  readonly networks: readonly SimulatedNetwork[];
  /** Names of the payees in Thai sample codes. */
  readonly thaiPayees: PayeeRules;
  readonly fx: FxProviders;
  readonly clock: SystemClock;
}

const clockRequest = z.strictObject({ offsetMs: z.number().int().min(-86_400_000).max(86_400_000) });
const faultsRequest = z.union([faultRequest, z.array(faultRequest).min(1).max(100)]);

/** The sandbox's own API: faults, clock, sample codes; books and payments are each network's own part. */
export class Control {
  private readonly routes: Readonly<Record<string, ControlRoute>>;
  private readonly networks: ReadonlyMap<string, SimulatedNetwork>;

  constructor(private readonly parts: ControlParts) {
    this.networks = new Map(parts.networks.map((network) => [network.id, network]));
    const khqr = (call: HttpCall): HttpReply => this.sample(call, khqrRequest, makeKhqr);
    const thaiQr = (call: HttpCall): HttpReply =>
      this.sample(call, thaiRequest, (request, now) => makeThaiQr(request, parts.thaiPayees, now));
    this.routes = {
      'GET /control/health': () => json(200, { ok: true }),
      'GET /control/faults': () => json(200, { faults: parts.faults.list() }),
      'POST /control/faults': (call) => this.addFaults(call),
      'DELETE /control/faults': () => json(200, { cleared: parts.faults.clear() }),
      'POST /control/qr/khqr': khqr,
      'POST /control/qr/thai': thaiQr,
      'GET /control/books': () => this.books(),
      'POST /control/fx/push': async () => json(200, { results: await parts.fx.push() }),
      'GET /control/fx/books': () => this.fxBooks(),
      'POST /control/clock': (call) => this.moveClock(call),
    };
  }

  async answer(call: HttpCall): Promise<HttpOutcome> {
    const stranger = strangerRefusal(call);
    if (stranger !== undefined) return stranger;
    const route = this.routes[`${call.method} ${call.path}`];
    if (route !== undefined) return route(call, undefined);
    const [, , area = '', noun = '', tail] = call.path.split('/');
    if (call.method === 'DELETE' && area === 'faults' && noun !== '') {
      const cleared = this.parts.faults.clear(noun);
      return cleared === 0 ? json(404, { error: `there is no fault ${noun}` }) : json(200, { cleared });
    }
    const routes = this.networks.get(area)?.routes ?? {};
    const served = routes[`${call.method} ${noun}`];
    if (served !== undefined) return served(call, tail);
    const any = tail === undefined ? routes[`${call.method} *`] : undefined;
    if (any !== undefined) return any(call, noun === '' ? undefined : noun);
    return json(404, { error: `there is no ${call.method} ${call.path}` });
  }

  private addFaults(call: HttpCall): HttpReply {
    const body = readBody(call, faultsRequest);
    if (body.kind === 'refused') return body.reply;
    const wanted = Array.isArray(body.value) ? body.value : [body.value];
    const checked = wanted.map((fault) => this.checked(fault));
    const issues = checked.flatMap((check, index) => {
      const place = Array.isArray(body.value) ? `${index}/` : '';
      return check.kind === 'refused' ? check.issues.map((issue) => `${place}${issue}`) : [];
    });
    if (issues.length > 0) return json(422, { error: 'the body does not fit', issues });
    return json(201, { faults: checked.flatMap((check) => (check.kind === 'fits' ? [check.add()] : [])) });
  }

  /** All of a list are checked before the first is added. */
  private checked(
    fault: FaultRequest,
  ): { kind: 'fits'; add: () => Fault } | { kind: 'refused'; issues: readonly string[] } {
    const network = this.networks.get(fault.network);
    if (network === undefined) {
      const known = [...this.networks.keys()].join(', ');
      return { kind: 'refused', issues: [`network: ${fault.network} is none of ${known}`] };
    }
    const check = checkFault(fault, network.operations);
    if (check.kind === 'refused') return check;
    return { kind: 'fits', add: () => this.parts.faults.add(fault, check.operations) };
  }

  private sample<T>(
    call: HttpCall,
    schema: z.ZodType<T>,
    make: (request: T, now: number) => SampleCode,
  ): HttpReply {
    const body = readBody(call, schema);
    if (body.kind === 'refused') return body.reply;
    const sample = make(body.value, this.parts.clock.now());
    if (sample.kind === 'refused')
      return json(422, { error: 'no such code can be made', issues: [sample.because] });
    const { kind: _kind, ...made } = sample;
    return json(200, made);
  }

  private async books(): Promise<HttpReply> {
    const books = this.parts.networks.map(async (network) => [network.id, await network.books?.()] as const);
    return json(200, Object.fromEntries(await Promise.all(books)));
  }

  private async fxBooks(): Promise<HttpReply> {
    try {
      return json(200, { providers: await this.parts.fx.books() });
    } catch (error) {
      return json(502, { error: 'a provider cannot read what it is told', issues: [String(error)] });
    }
  }

  private moveClock(call: HttpCall): HttpReply {
    const body = readBody(call, clockRequest);
    if (body.kind === 'refused') return body.reply;
    this.parts.clock.offsetMs = body.value.offsetMs;
    return json(200, { offsetMs: body.value.offsetMs, now: new Date(this.parts.clock.now()).toISOString() });
  }
}
