import type { KeyObject } from 'node:crypto';
import type { CommandContext } from './command-context.js';
import { wholeNumber } from './events.js';
import { UsageError } from './gateway-client.js';
import type { Output } from './output.js';
import { webhookFault, webhookKey } from './webhook-check.js';
import { WebhookReceiver, type ReceivedWebhook } from './webhook-receiver.js';
import type { ShownEndpoint } from './webhooks.js';

export interface ListenOptions {
  readonly port?: string;
  readonly url?: string;
  readonly forward?: string;
  readonly types?: string;
  readonly count?: string;
}

const PATH = '/v1/webhook-endpoints';
const PORT_MAX = 65_535;

/**
 * `tonle webhooks listen`: an endpoint of one's own for as long as it runs. Each event is verified and shown, and with --forward
 * passed on, whose answer counts. Exit 1 when a signature did not hold.
 */
export async function runWebhookListen(
  { output, gateway }: CommandContext,
  options: ListenOptions,
): Promise<number> {
  const { types, forward } = options;
  for (const url of [forward, options.url])
    if (url !== undefined && !/^https?:\/\//.test(url)) throw new UsageError(`"${url}" is not a URL.`);
  const port = portOf(options.port);
  const heard = new HeardWebhook(output, wholeNumber('count', options.count) ?? Infinity);
  const receiver = new WebhookReceiver(forward, (received) => heard.take(received));
  const bound = await receiver.open(port).catch((error: unknown) => {
    throw new UsageError(`Port ${port} cannot be listened on: ${String(error)}.`);
  });
  try {
    const url = options.url ?? `http://127.0.0.1:${bound}/`;
    const body = {
      url,
      description: 'tonle webhooks listen',
      ...(types !== undefined && { types: types.split(',') }),
    };
    const { endpointId, keys } = await gateway().ask<ShownEndpoint>('POST', PATH, { body });
    try {
      heard.trust(keys.map(({ publicKey }) => webhookKey(publicKey)));
      output.err(`Events go to ${url}; Ctrl-C ends it.`);
      await Promise.race([heard.enough, stopAsked()]);
    } finally {
      await gateway().ask('DELETE', `${PATH}/${endpointId}`);
    }
  } finally {
    await receiver.close();
  }
  return heard.isClean ? 0 : 1;
}

/** What came: shown when the keys are known, which is after the endpoint is. */
class HeardWebhook {
  isClean = true;
  readonly enough: Promise<void>;
  private keys: readonly KeyObject[] | undefined;
  private early: ReceivedWebhook[] = [];
  private satisfied: () => void = () => undefined;

  constructor(
    private readonly output: Output,
    private left: number,
  ) {
    this.enough = new Promise((done) => (this.satisfied = done));
  }

  trust(keys: readonly KeyObject[]): void {
    this.keys = keys;
    for (const received of this.early.splice(0)) this.take(received);
  }

  take(received: ReceivedWebhook): void {
    if (this.keys === undefined) {
      this.early.push(received);
      return;
    }
    if (this.left <= 0) return;
    const { headers, body, status } = received;
    const fault = webhookFault(headers, body, this.keys);
    this.isClean &&= fault === undefined;
    this.output.out(this.output.json ? jsonLine(body, status, fault) : textLine(body, status, fault));
    this.left -= 1;
    if (this.left === 0) this.satisfied();
  }
}

const jsonLine = (body: Buffer, status: number, fault: string | undefined): string =>
  JSON.stringify({
    verified: fault === undefined,
    ...(fault !== undefined && { fault }),
    status,
    event: eventIn(body),
  });

function textLine(body: Buffer, status: number, fault: string | undefined): string {
  const { time, type, subject, data } = eventIn(body);
  const told = [time, type, subject].flatMap((each) => (each === undefined ? [] : [String(each)])).join('  ');
  return `${told}  ${JSON.stringify(data)}  ${fault === undefined ? 'verified' : `NOT VERIFIED: it ${fault}`}, answered ${status}`;
}

/** What is no JSON is shown as text. */
function eventIn(body: Buffer): Record<string, unknown> {
  try {
    return JSON.parse(body.toString('utf8')) as Record<string, unknown>;
  } catch {
    return { data: body.toString('utf8') };
  }
}

function portOf(text = '0'): number {
  const port = /^\d{1,5}$/.test(text) ? Number.parseInt(text, 10) : PORT_MAX + 1;
  if (port > PORT_MAX) throw new UsageError(`"${text}" is not a port.`);
  return port;
}

function stopAsked(): Promise<void> {
  return new Promise((done) => {
    process.once('SIGINT', () => done());
    process.once('SIGTERM', () => done());
  });
}
