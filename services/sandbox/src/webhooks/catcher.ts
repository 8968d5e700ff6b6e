import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { strangerRefusal } from '../control/stranger.js';
import { readBody } from '../kit/body.js';
import { ANSWERING, type FaultyOperation } from '../kit/fault-check.js';
import { underFault } from '../kit/faulty.js';
import { json, Listener, plain, type HttpCall, type HttpOutcome, type HttpReply } from '../kit/listener.js';
import type { Kit, SimulatedNetwork } from '../kit/network.js';
import { Hook } from './hook.js';
import { webhookKey } from './standard-webhooks.js';

const ID = 'webhooks';
const BODY_BYTES_MAX = 256 << 10;
const HOOKS_MAX = 1_000;
const SHOWN = 50;
const NAME = /^[\w.-]{1,60}$/;
/** Where a redirect leads: whoever follows it is seen there. */
const ELSEWHERE = 'elsewhere';
const CHUNK = Buffer.alloc(1 << 16, ' ');
const CHUNKS_MAX = 4_096;

const OPERATIONS: Readonly<Record<string, FaultyOperation>> = {
  hook: {
    faults: [...ANSWERING, 'huge_answer'],
    facts: ['account', 'reference'],
    code: { fits: (code) => /^[2-5]\d\d$/.test(code), rule: 'the status that it answers, such as 410' },
  },
};

const keysRequest = z.strictObject({
  /** Keys of the sender, as Standard Webhooks writes them: `whpk_` and 32 bytes in Base64. */
  keys: z.array(z.string().refine((text) => webhookKey(text) !== undefined, 'whpk_ and 32 bytes in Base64')),
});

/** Takes whatever is sent to `/hooks/<name>`, keeps it in memory, and says what it thinks of it. */
export class WebhookCatcher implements SimulatedNetwork {
  readonly id = ID;
  readonly operations = OPERATIONS;
  readonly listener: Listener;
  readonly routes: SimulatedNetwork['routes'];
  private readonly hooks = new Map<string, Hook>();

  constructor(
    port: number,
    private readonly kit: Pick<Kit, 'clock' | 'faults' | 'pause' | 'onError'>,
  ) {
    const { onError } = kit;
    this.listener = new Listener((call) => this.answer(call), {
      port,
      bodyBytesMax: BODY_BYTES_MAX,
      onError,
    });
    this.routes = {
      'GET *': (call, name) => (name === undefined ? this.list() : this.show(call, name)),
      'POST *': (call, name) => this.setKeys(call, name ?? ''),
      'DELETE *': (_call, name) => this.forget(name),
    };
  }

  resume(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  private answer(call: HttpCall): Promise<HttpOutcome> {
    const [, root, name = '', ...more] = call.path.split('/');
    if (root !== 'hooks' || !NAME.test(name) || more.length > 0)
      return Promise.resolve(plain(404, 'POST to /hooks/<name>'));
    if (call.method === 'POST') return this.take(name, call);
    const hook = call.method === 'GET' ? this.hooks.get(name) : undefined;
    return Promise.resolve(
      strangerRefusal(call) ?? plain(hook === undefined ? 404 : 200, hook?.lines() ?? ''),
    );
  }

  /** Whatever it answers, it keeps what came. */
  private async take(name: string, call: HttpCall): Promise<HttpOutcome> {
    const { clock, faults, pause } = this.kit;
    const hook = this.hookOf(name);
    if (hook === undefined) return plain(507, `there are ${HOOKS_MAX} hooks already`);
    const reference = call.headers['webhook-id'];
    const fault = faults.pick(ID, 'hook', {
      accounts: [name],
      ...(typeof reference === 'string' && { reference }),
    });
    const answered = hook.keep(call, clock.now());
    const outcome = await underFault(
      fault,
      {
        perform: () => Promise.resolve(plain(200, '')),
        refuse: (code) => Promise.resolve(this.refusal(Number(code))),
        special: () => flood(call),
      },
      pause,
    );
    answered(outcome === 'streamed' ? 200 : typeof outcome === 'string' ? outcome : outcome.status);
    return outcome;
  }

  private refusal(status: number): HttpReply {
    const reply = plain(status, 'on demand');
    const location = `${this.listener.address}/hooks/${ELSEWHERE}`;
    return status >= 300 && status < 400 ? { ...reply, headers: { ...reply.headers, location } } : reply;
  }

  private hookOf(name: string): Hook | undefined {
    const known = this.hooks.get(name);
    if (known !== undefined || this.hooks.size >= HOOKS_MAX) return known;
    const hook = new Hook();
    this.hooks.set(name, hook);
    return hook;
  }

  private list(): HttpReply {
    const hooks = [...this.hooks].map(([name, hook]) => ({ ...this.named(name), ...hook.counts() }));
    return json(200, { hooks });
  }

  private show({ query }: HttpCall, name: string): HttpReply {
    const hook = this.hooks.get(name);
    const limit = Number(query.get('limit') ?? SHOWN);
    if (!Number.isInteger(limit) || limit < 1) return json(422, { error: 'limit: a whole number from 1' });
    const shown = hook?.shown(limit, query.get('id') ?? undefined) ?? [];
    return json(200, { ...this.named(name), deliveries: 0, messages: 0, ...hook?.counts(), shown });
  }

  private setKeys(call: HttpCall, name: string): HttpReply {
    if (!NAME.test(name)) return json(404, { error: 'POST /control/webhooks/<name>' });
    const body = readBody(call, keysRequest);
    if (body.kind === 'refused') return body.reply;
    const hook = this.hookOf(name);
    if (hook === undefined) return json(507, { error: `there are ${HOOKS_MAX} hooks already` });
    hook.keys = body.value.keys.map((text) => webhookKey(text)!);
    return json(200, { ...this.named(name), keys: hook.keys.length });
  }

  private forget(name: string | undefined): HttpReply {
    const before = this.hooks.size;
    if (name === undefined) this.hooks.clear();
    else this.hooks.delete(name);
    return json(200, { forgotten: before - this.hooks.size });
  }

  private named(name: string): { readonly name: string; readonly url: string } {
    return { name, url: `${this.listener.address}/hooks/${name}` };
  }
}

/** An answer that goes on until the caller hangs up, or for a quarter of a gigabyte. */
async function flood({ response }: HttpCall): Promise<HttpOutcome> {
  response.writeHead(200, { 'content-type': 'text/plain' });
  const chunks = Readable.from(Array.from({ length: CHUNKS_MAX }, () => CHUNK));
  await pipeline(chunks, response).catch(() => undefined);
  return 'streamed';
}
