import { setTimeout as pause } from 'node:timers/promises';
import { moreText, type CommandContext } from './command-context.js';
import { wholeNumber } from './events.js';
import { UsageError, type GatewayClient } from './gateway-client.js';
import { list, show, table } from './output.js';

/** An endpoint as the public API gives it. */
export interface ShownEndpoint {
  readonly endpointId: string;
  readonly url: string;
  readonly types: readonly string[];
  readonly format: string;
  readonly state: string;
  readonly disabledBecause?: string;
  readonly failingSince?: string;
  readonly takenAt?: string;
  readonly keys: readonly { readonly publicKey: string; readonly signsUntil?: string }[];
}

interface ShownDelivery {
  readonly eventId: string;
  readonly type: string;
  readonly paymentId?: string;
  readonly state: string;
  readonly attempts: readonly {
    readonly at: string;
    readonly ms: number;
    readonly status?: number;
    readonly cause?: string;
  }[];
  readonly nextAttemptAt?: string;
}

export interface AddOptions {
  readonly types?: string;
  readonly format?: string;
  readonly description?: string;
}
export interface LogOptions {
  readonly state?: string;
  readonly cursor?: string;
  readonly limit?: string;
}
export interface ResendOptions {
  readonly failedSince?: string;
}
export interface RotateOptions {
  readonly overlapHours?: string;
}

const PATH = '/v1/webhook-endpoints';
/** An event that is sent to try an endpoint has come by then, or has not. */
const TRY_MS = 15_000;
const LOOK_MS = 250;

/** `tonle webhooks list`. */
export async function runWebhookList({ output, gateway }: CommandContext): Promise<number> {
  const endpoints = await endpointsOf(gateway());
  if (output.json) for (const endpoint of endpoints) output.out(JSON.stringify(endpoint));
  else if (endpoints.length === 0) output.out('No webhook endpoints.');
  else output.out(table(endpoints.map(rowOf)));
  return 0;
}

function rowOf({
  endpointId,
  url,
  types,
  format,
  state,
  disabledBecause,
  failingSince,
}: ShownEndpoint): string[] {
  const how = disabledBecause ?? (failingSince === undefined ? '' : `takes nothing since ${failingSince}`);
  return [endpointId, state, format, types.length === 0 ? 'all types' : types.join(','), url, how];
}

/** `tonle webhooks add`: again changes types and description of one that is there. */
export async function runWebhookAdd(
  { output, gateway }: CommandContext,
  url: string,
  { types, format, description }: AddOptions,
): Promise<number> {
  const body = { url, format, description, ...(types !== undefined && { types: types.split(',') }) };
  show(output, ...shownEndpoint(await gateway().ask<ShownEndpoint>('POST', PATH, { body })));
  return 0;
}

/** `tonle webhooks rotate-key`: receivers know the new one before the old one ends. */
export async function runWebhookRotate(
  { output, gateway }: CommandContext,
  name: string,
  { overlapHours }: RotateOptions,
): Promise<number> {
  if (overlapHours !== undefined && !/^\d{1,3}$/.test(overlapHours))
    throw new UsageError(`--overlap-hours takes a whole number, not "${overlapHours}".`);
  const body = overlapHours === undefined ? {} : { overlapHours: Number.parseInt(overlapHours, 10) };
  const { endpointId } = await endpointNamed(gateway(), name);
  const path = `${PATH}/${endpointId}/keys`;
  show(output, ...shownEndpoint(await gateway().ask<ShownEndpoint>('POST', path, { body })));
  return 0;
}

/** `tonle webhooks enable`, for one that was disabled. */
export async function runWebhookEnable({ output, gateway }: CommandContext, name: string): Promise<number> {
  const { endpointId } = await endpointNamed(gateway(), name);
  const enabled = await gateway().ask<ShownEndpoint>('POST', `${PATH}/${endpointId}/enable`);
  show(output, enabled, () => `Events go to ${enabled.url} again, from where they stopped.`);
  return 0;
}

/** `tonle webhooks remove`. */
export async function runWebhookRemove({ output, gateway }: CommandContext, name: string): Promise<number> {
  const { endpointId } = await endpointNamed(gateway(), name);
  const removed = await gateway().ask<ShownEndpoint>('DELETE', `${PATH}/${endpointId}`);
  show(output, removed, () => `Nothing is sent to ${removed.url} any more.`);
  return 0;
}

/** `tonle webhooks test`: sends an event, and waits for what becomes of it. Exit 1 when it was not taken. */
export async function runWebhookTest({ output, gateway }: CommandContext, name: string): Promise<number> {
  const { endpointId, url } = await endpointNamed(gateway(), name);
  const { eventId } = await gateway().ask<{ eventId: string }>('POST', `${PATH}/${endpointId}/test`);
  const until = performance.now() + TRY_MS;
  let delivery: ShownDelivery | undefined;
  do {
    const { deliveries } = await deliveriesOf(gateway(), endpointId, {});
    delivery = deliveries.find((each) => each.eventId === eventId && each.attempts.length > 0);
    if (delivery === undefined) await pause(LOOK_MS);
  } while (delivery === undefined && performance.now() < until);
  const isTaken = delivery?.state === 'delivered';
  show(output, { eventId, endpointId, delivery, taken: isTaken }, () => {
    if (delivery === undefined) return `${eventId} has not been sent to ${url} yet: see webhooks log.`;
    return `${eventId} ${isTaken ? 'was taken' : 'was not taken'} by ${url}: ${lastOf(delivery)}.`;
  });
  return isTaken ? 0 : 1;
}

/** `tonle webhooks log`: what was sent, newest first; with --json one delivery per line. */
export async function runWebhookLog(
  { output, gateway, again }: CommandContext,
  name: string,
  options: LogOptions,
): Promise<number> {
  wholeNumber('limit', options.limit);
  const { endpointId } = await endpointNamed(gateway(), name);
  const { deliveries, next } = await deliveriesOf(gateway(), endpointId, options);
  if (output.json) {
    for (const delivery of deliveries) output.out(JSON.stringify(delivery));
    return 0;
  }
  output.out(deliveries.length === 0 ? 'Nothing was sent.' : table(deliveries.map(logRow)));
  if (next !== undefined) output.out(moreText(again, `webhooks log ${endpointId}`, options, next));
  return 0;
}

function logRow(delivery: ShownDelivery): string[] {
  const { eventId, type, paymentId = '', state, attempts, nextAttemptAt } = delivery;
  const times = attempts.length > 1 ? ` after ${attempts.length} attempts` : '';
  const then = nextAttemptAt === undefined ? '' : `; again at ${nextAttemptAt}`;
  return [attempts.at(-1)?.at ?? '', eventId, type, paymentId, state + times, lastOf(delivery) + then];
}

const lastOf = ({ attempts, state }: ShownDelivery): string => {
  const last = attempts.at(-1);
  if (last === undefined) return state === 'delivered' ? 'nothing to send' : 'not sent yet';
  const status = last.status === undefined ? [] : [String(last.status)];
  return `${[...status, ...(last.cause === undefined ? [] : [last.cause])].join(' ')} in ${last.ms} ms`;
};

/** `tonle webhooks resend`: one event, or all that were given up since an instant. */
export async function runWebhookResend(
  { output, gateway }: CommandContext,
  name: string,
  eventId: string | undefined,
  { failedSince }: ResendOptions,
): Promise<number> {
  if ((eventId === undefined) === (failedSince === undefined))
    throw new UsageError('Name an event, or all that failed by --failed-since.');
  const { endpointId, url } = await endpointNamed(gateway(), name);
  const base = `${PATH}/${endpointId}`;
  const { count } =
    eventId === undefined
      ? await gateway().ask<{ count: number }>('POST', `${base}/resend`, { body: { since: failedSince } })
      : await gateway().ask<{ count: number }>(
          'POST',
          `${base}/deliveries/${encodeURIComponent(eventId)}/resend`,
        );
  const what = count === 1 ? '1 event is' : `${count} events are`;
  show(output, { endpointId, count }, () => `${what} sent to ${url} again.`);
  return 0;
}

async function endpointsOf(gateway: GatewayClient): Promise<readonly ShownEndpoint[]> {
  return (await gateway.ask<{ endpoints: readonly ShownEndpoint[] }>('GET', PATH)).endpoints;
}

/** By its id, the beginning of it, or its URL. Throws UsageError. */
async function endpointNamed(gateway: GatewayClient, name: string): Promise<ShownEndpoint> {
  const endpoints = await endpointsOf(gateway);
  const found = endpoints.filter(
    ({ endpointId, url }) => url === name || endpointId.startsWith(name.toLowerCase()),
  );
  if (found.length === 1) return found[0]!;
  const known =
    endpoints.length === 0 ? 'There are none.' : `There are ${endpoints.map(({ url }) => url).join(', ')}.`;
  throw new UsageError(
    found.length === 0
      ? `No webhook endpoint is ${name}. ${known}`
      : `${name} is the beginning of several endpoints.`,
  );
}

function deliveriesOf(
  gateway: GatewayClient,
  endpointId: string,
  options: LogOptions,
): Promise<{ readonly deliveries: readonly ShownDelivery[]; readonly next?: string }> {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(options))
    if (value !== undefined) query.set(name, String(value));
  return gateway.ask(
    'GET',
    `${PATH}/${endpointId}/deliveries${query.size === 0 ? '' : `?${query.toString()}`}`,
  );
}

/** With the keys that verify what it gets. */
function shownEndpoint(endpoint: ShownEndpoint): [ShownEndpoint, () => string] {
  const { endpointId, url, types, keys, state } = endpoint;
  const facts = (): string =>
    [
      url,
      list([
        ['endpoint', endpointId],
        ['state', state],
        ['types', types.length === 0 ? 'all' : types.join(', ')],
        ...keys.map(
          ({ publicKey, signsUntil }) =>
            ['key', signsUntil === undefined ? publicKey : `${publicKey} until ${signsUntil}`] as const,
        ),
      ]),
    ].join('\n');
  return [endpoint, facts];
}
