import type { CommandContext } from './command-context.js';
import { UsageError, type GatewayClient } from './gateway-client.js';
import { showAmount, table, type Output, type ShownAmount } from './output.js';

/** An event as the feed and webhooks have it (CloudEvents 1.0). */
export interface ShownEvent {
  readonly id: string;
  readonly type: string;
  readonly subject?: string;
  readonly time: string;
  readonly data: {
    readonly state?: string;
    readonly code?: string;
    readonly source?: ShownAmount;
    readonly target?: ShownAmount;
    readonly [more: string]: unknown;
  };
}

interface EventPage {
  readonly events: readonly ShownEvent[];
  readonly next: string;
  readonly more: boolean;
}

export interface EventsOptions {
  readonly after?: string;
  readonly types?: string;
  readonly limit?: string;
  readonly follow?: boolean;
  readonly count?: string;
}

/** How long one question is held while nothing comes. */
const HELD_S = 50;

/** `tonle events`: a page of what one was told; with --follow what comes after it, too, until it is stopped or has --count. */
export async function runEvents(context: CommandContext, options: EventsOptions): Promise<number> {
  const { output, again } = context;
  const gateway = context.gateway();
  if (options.count !== undefined && options.follow !== true)
    throw new UsageError('--count is for --follow; a page has --limit.');
  let left = wholeNumber('count', options.count) ?? Infinity;
  let { after } = options;
  for (;;) {
    const page = await askPage(gateway, { ...options, after }, options.follow === true ? HELD_S : 0);
    const events = page.events.slice(0, left);
    print(output, events);
    left -= events.length;
    if (options.follow === true && left > 0) {
      after = page.next;
      continue;
    }
    if (options.follow !== true) tellNext(output, page, again);
    return 0;
  }
}

function print(output: Output, events: readonly ShownEvent[]): void {
  if (output.json) for (const event of events) output.out(JSON.stringify(event));
  else if (events.length > 0) output.out(eventTable(events));
}

/** With --json the place is a line of its own, the last. */
function tellNext(output: Output, { events, next, more }: EventPage, again: string): void {
  if (output.json) output.out(JSON.stringify({ next, more }));
  else {
    if (events.length === 0) output.out('No events.');
    output.out(`${more ? 'More' : 'What comes next'}: ${again} events --after ${next}`);
  }
}

/** A line for each: when, what, of which payment, how much, and why. */
function eventTable(events: readonly ShownEvent[]): string {
  return table(
    events.map(({ time, type, subject = '', data }) => {
      const { source, target, code = '' } = data;
      const money =
        source === undefined || target === undefined ? '' : `${showAmount(source)} > ${showAmount(target)}`;
      return [time, type, subject, money, code];
    }),
  );
}

function askPage(
  gateway: GatewayClient,
  { after, types, limit }: EventsOptions,
  waitS: number,
): Promise<EventPage> {
  wholeNumber('limit', limit);
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries({ after, types, limit })) {
    if (value !== undefined) query.set(name, value);
  }
  return gateway.ask('GET', `/v1/events${query.size === 0 ? '' : `?${query.toString()}`}`, { waitS });
}

/** Throws UsageError for what is none from 1 on. */
export function wholeNumber(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^[1-9]\d{0,8}$/.test(text))
    throw new UsageError(`--${name} takes a whole number from 1, not "${text}".`);
  return Number.parseInt(text, 10);
}
