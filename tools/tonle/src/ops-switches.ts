import { counted } from '@tonle/contracts';
import type { Command } from 'commander';
import type { Bind, CommandContext } from './command-context.js';
import { UsageError, type GatewayClient } from './gateway-client.js';
import { OPERATOR } from './ops.js';
import { show } from './output.js';
import { proposedOf, proposedText, type DeedAnswer } from './proposed-text.js';

interface ShownSwitch {
  readonly words: string;
  readonly setBy?: string;
  readonly reason?: string;
}

/** What `/v1/ops/switches` tells. */
export interface Switches {
  readonly corridors: readonly (ShownSwitch & {
    readonly corridor: string;
    readonly direction: string;
    readonly status: string;
    readonly by?: string;
    readonly underWay: number;
  })[];
  readonly participants: readonly (ShownSwitch & { readonly participant: string })[];
}

interface SwitchOptions {
  readonly reason: string;
  readonly direction?: string;
  readonly until?: string;
  readonly for?: string;
  readonly notice?: string;
  readonly perSecond?: string;
}

const UNIT_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

export const switchesOf = (gateway: GatewayClient): Promise<Switches> =>
  gateway.ask('GET', '/v1/ops/switches');

/** What is off, one line each: with who did it, why, and what is still under way. */
export function switchLines({ corridors, participants }: Switches): string[] {
  const told = ({ setBy, reason }: ShownSwitch) =>
    setBy === undefined ? '' : ` (${setBy}: ${reason ?? 'no reason'})`;
  return [
    ...corridors.map(
      (each) =>
        `${each.status} ${each.corridor} ${each.direction}: ${each.words}${told(each)}` +
        (each.underWay === 0 ? '' : `, ${counted(each.underWay, 'payment')} under way`),
    ),
    ...participants.map((each) => `${each.words}${told(each)}`),
  ];
}

/** `tonle ops corridor`, `ops network` and `ops participant`: what operators stop, slow down and let go on. */
export function addSwitchCommands(ops: Command, bind: Bind): void {
  for (const on of ['corridor', 'network'] as const) {
    const noun = ops
      .command(on)
      .description(
        on === 'corridor'
          ? 'Stop, slow down or resume a corridor.'
          : 'The same for all corridors of a network.',
      );
    for (const deed of ['pause', 'drain', 'throttle', 'resume'] as const) {
      const command = noun
        .command(`${deed} <id>`)
        .description(DEEDS[deed])
        .option('--direction <direction>', 'outbound or inbound (default: both)');
      addSwitch(command, deed, bind, on);
    }
    if (on === 'corridor') for (const deed of ['open', 'close'] as const) addDoor(noun, deed, bind);
  }
  const participant = ops.command('participant').description('Pause a participant, or let it go on.');
  for (const deed of ['pause', 'resume'] as const)
    addSwitch(participant.command(`${deed} <id>`).description(DEEDS[deed]), deed, bind, 'participant');
}

interface DoorOptions {
  readonly reason: string;
  readonly direction: string;
  readonly acknowledge?: readonly string[];
}

/** What lasts until the other is said; what the auditor has stopped is opened by who names what it found. */
function addDoor(corridor: Command, deed: 'open' | 'close', bind: Bind): void {
  const command = corridor
    .command(`${deed} <id>`)
    .description(
      deed === 'open'
        ? 'Take payments again, after the auditor as well; another operator approves it.'
        : 'Take none any more.',
    )
    .requiredOption('--direction <direction>', 'outbound or inbound')
    .requiredOption('--reason <text>', 'why; for operators alone');
  if (deed === 'open')
    command.option('--acknowledge <ids...>', 'all that the auditor found, as `tonle ops status` lists it');
  command.action(
    bind(async (context, options, args) => {
      const { acknowledge: acknowledges, ...more } = options as unknown as DoorOptions;
      const body = { open: deed === 'open', ...more, ...(acknowledges && { acknowledges }) };
      const path = `/v1/ops/corridors/${encodeURIComponent(args[0]!)}`;
      const set = await context.gateway(OPERATOR).ask<SwitchSet>('POST', path, { body });
      const ticked = acknowledges === undefined ? [] : [AUDITOR_STOPPED];
      showSet(context, set, `${deed} corridor ${args[0]!} ${more.direction}.`, ticked);
      return 0;
    }),
  );
}

type Deed = 'pause' | 'drain' | 'throttle' | 'resume';

const DEEDS: Readonly<Record<Deed, string>> = {
  pause: 'Take nothing new; enquiries, reversals, refunds and what is under way go on.',
  drain: 'Give no new quotes; payments on those that were given are taken until they have run out.',
  throttle: 'Take so many new payments a second.',
  resume: 'Take everything again; another operator approves it.',
};

function addSwitch(command: Command, deed: Deed, bind: Bind, on: string): void {
  command.requiredOption('--reason <text>', 'why; for operators alone');
  if (deed === 'throttle') command.requiredOption('--per-second <n>', 'new payments a second');
  if (deed !== 'resume')
    command
      .option('--until <instant>', 'ends by itself then')
      .option('--for <time>', 'ends by itself after 90s, 15m, 2h or 1d')
      .option('--notice <text>', 'what everybody is told');
  command.action(
    bind((context, options, args) =>
      runSwitch(context, { on, id: args[0]!, deed }, options as unknown as SwitchOptions),
    ),
  );
}

async function runSwitch(
  context: CommandContext,
  { on, id, deed }: { readonly on: string; readonly id: string; readonly deed: Deed },
  { reason, direction, notice, perSecond, ...times }: SwitchOptions,
): Promise<number> {
  const until = endOf(times);
  const body = {
    switch: deed,
    reason,
    ...(direction !== undefined && { direction }),
    ...(until !== undefined && { until }),
    ...(notice !== undefined && { notice }),
    ...(perSecond !== undefined && { perSecond: rateOf(perSecond) }),
  };
  const path = `/v1/ops/${on}s/${encodeURIComponent(id)}`;
  const set = await context.gateway(OPERATOR).ask<SwitchSet>('POST', path, { body });
  const { underWay } = set;
  const waiting = underWay === undefined ? '' : `; ${counted(underWay, 'payment')} under way there`;
  showSet(context, set, `${deed} ${on} ${id}${waiting}.`);
  return 0;
}

/** What whoever approves acknowledges when the auditor has stopped a corridor. */
const AUDITOR_STOPPED = 'auditor_stopped';

type SwitchSet = DeedAnswer & { readonly underWay?: number };

/** What lets more through than now waits for another operator: nothing has changed yet. */
function showSet(
  context: CommandContext,
  set: SwitchSet,
  words: string,
  ticked: readonly string[] = [],
): void {
  const proposed = proposedOf(set);
  show(context.output, set, () =>
    proposed === undefined
      ? `Done: ${words}`
      : `Not yet, since it lets more through than now: ${words}\n${proposedText(context, proposed, ticked)}`,
  );
}

function rateOf(text: string): number {
  if (!/^\d{1,5}(\.\d{1,3})?$/.test(text))
    throw new UsageError(`--per-second takes a number such as 5 or 0.5, not "${text}".`);
  return Number(text);
}

function endOf({ until, for: lasts }: Pick<SwitchOptions, 'until' | 'for'>): string | undefined {
  if (lasts === undefined) return until;
  const [, count, unit] = /^(\d{1,5})([smhd])$/.exec(lasts) ?? [];
  if (until !== undefined || count === undefined)
    throw new UsageError('--for is a number with s, m, h or d, such as 15m, and goes without --until');
  return new Date(Date.now() + Number(count) * UNIT_MS[unit!]!).toISOString();
}
