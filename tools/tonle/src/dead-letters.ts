import { counted, printableValue } from '@tonle/contracts';
import type { CommandContext } from './command-context.js';
import { wholeNumber } from './events.js';
import type { GatewayClient } from './gateway-client.js';
import { list, show, table } from './output.js';
import { proposedText, type ProposedDeed } from './proposed-text.js';

const OPERATOR = 'OPERATOR';
const PATH = '/v1/ops/dead-letters';

interface Letter {
  readonly id: string;
  readonly topic: string;
  readonly type: string;
  readonly key: string;
  readonly cause: string;
  readonly attempts: number;
  readonly bytes: number;
  readonly firstAt: string;
  readonly lastAt: string;
}

interface WholeLetter extends Letter {
  readonly groupId: string;
  readonly reader: string;
  readonly messageId: string;
  readonly position: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly decision?: string;
}

interface Letters {
  readonly deadLetters: readonly Letter[];
  readonly count: number;
  readonly silentServices: readonly string[];
}

interface Groups {
  readonly groups: readonly {
    readonly groupId: string;
    readonly service: string;
    readonly topic: string;
    readonly type: string;
    readonly cause: string;
    readonly count: number;
    readonly firstAt: string;
    readonly lastAt: string;
  }[];
  readonly silentServices: readonly string[];
}

type Redriven = ProposedDeed & { started: boolean; redriveId?: string; total: number };

interface Redrives {
  readonly redrives: readonly {
    readonly redriveId: string;
    readonly what: string;
    readonly operator: string;
    readonly state: string;
    readonly total: number;
    readonly replayed: number;
    readonly failed: number;
    readonly startedAt: string;
    readonly stoppedBecause?: string;
    readonly lastFailure?: string;
  }[];
  readonly silentServices: readonly string[];
}

interface Deeds {
  readonly actions: readonly {
    readonly at: string;
    readonly operator: string;
    readonly action: string;
    readonly reason: string;
    readonly detail?: string;
  }[];
}

interface Why {
  readonly reason: string;
}

export interface RedriveOptions extends Why {
  readonly rate?: string;
  readonly keepGoing?: boolean;
}

/** All that nobody has decided about. */
export const deadLettersOf = (gateway: GatewayClient): Promise<Letters> => gateway.ask('GET', PATH);

/** `tonle deadletter list`: the latest first; with --json one per line. */
export async function runDeadLetters(
  { output, gateway, command }: CommandContext,
  { group }: { readonly group?: string },
): Promise<number> {
  const path = group === undefined ? PATH : `${PATH}?group=${encodeURIComponent(group)}`;
  const { deadLetters, count, silentServices } = await gateway(OPERATOR).ask<Letters>('GET', path);
  const shown = rows({ output, silentServices }, deadLetters, (letter) => [
    letter.id,
    letter.topic,
    letter.type,
    letter.key,
    counted(letter.attempts, 'attempt'),
    counted(letter.bytes, 'byte'),
    letter.firstAt,
    letter.lastAt,
    letter.cause,
  ]);
  if (output.json || shown === 0) return 0;
  if (count > shown) output.out(`${count - shown} more`);
  output.out(`Look at one: ${command} deadletter show <id>`);
  return 0;
}

/** `tonle deadletter groups`: by cause, the largest first. */
export async function runDeadLetterGroups({ output, gateway, command }: CommandContext): Promise<number> {
  const { groups, silentServices } = await gateway(OPERATOR).ask<Groups>('GET', `${PATH}/groups`);
  const shown = rows(
    { output, silentServices },
    groups,
    ({ groupId, count, type, topic, firstAt, lastAt, cause }) => [
      groupId,
      String(count),
      type,
      topic,
      firstAt,
      lastAt,
      cause,
    ],
  );
  if (output.json || shown === 0) return 0;
  output.out(
    [
      'Next: its letters, and when the cause is removed and one was tried, all of them again:',
      `  ${command} deadletter list --group <group id>`,
      `  ${command} deadletter redrive <group id> --reason "..."`,
    ].join('\n'),
  );
  return 0;
}

/** `tonle deadletter show`: all but what it says; that with a reason, which is recorded. */
export async function runDeadLetterShow(
  { output, gateway, command }: CommandContext,
  id: string,
  { reveal }: { readonly reveal?: string },
): Promise<number> {
  const letter = await gateway(OPERATOR).ask<WholeLetter>('GET', letterPath(id));
  const { actions } = await gateway(OPERATOR).ask<Deeds>(
    'GET',
    `/v1/ops/actions?subject=${encodeURIComponent(id)}`,
  );
  const body =
    reveal === undefined
      ? undefined
      : (
          await gateway(OPERATOR).ask<{ body: string }>('POST', letterPath(id, 'reveal'), {
            body: { reason: reveal },
          })
        ).body;
  const next =
    letter.decision === undefined
      ? [
          'Next: what a replay would do, a replay, or an end without one:',
          `  ${command} deadletter try ${id}`,
          `  ${command} deadletter replay ${id} --reason "..."`,
          `  ${command} deadletter discard ${id} --reason "..."`,
        ]
      : [];
  show(output, { ...letter, deeds: actions, ...(body !== undefined && { body }) }, () =>
    [
      `${letter.type} about ${printableValue(letter.key)}, ${letter.decision ?? 'open'}`,
      list([
        ['id', letter.id],
        ['group', letter.groupId],
        ['reader', letter.reader],
        ['topic', letter.topic],
        ['position', letter.position],
        ['message', letter.messageId],
        ['attempts', String(letter.attempts)],
        ['first', letter.firstAt],
        ['last', letter.lastAt],
        ['cause', letter.cause],
        ...Object.entries(letter.headers).map(([name, value]) => [`header ${name}`, value] as const),
        ...actions
          .toReversed()
          .map(
            ({ at, operator, action, reason, detail }) =>
              ['deed', [at, operator, action, `"${reason}"`, detail ?? ''].join('  ').trimEnd()] as const,
          ),
        ['says', body],
      ]),
      ...next,
    ].join('\n'),
  );
  return 0;
}

/** `tonle deadletter try`: what a replay would do now; exit 1 when it would fail. */
export async function runDeadLetterTry({ output, gateway }: CommandContext, id: string): Promise<number> {
  const told = await gateway(OPERATOR).ask<{ would: string[]; failure?: string }>(
    'GET',
    letterPath(id, 'dry-run'),
  );
  const { would, failure } = told;
  show(output, told, () =>
    failure === undefined
      ? ['A replay would', ...would.map((each) => `  ${printableValue(each)}`)].join('\n')
      : `A replay would fail: ${printableValue(failure)}`,
  );
  return failure === undefined ? 0 : 1;
}

/** `tonle deadletter replay` and `discard`: recorded, with the reason. */
export async function runDeadLetterDecision(
  { output, gateway }: CommandContext,
  decision: 'replay' | 'discard',
  id: string,
  { reason }: Why,
): Promise<number> {
  await gateway(OPERATOR).ask('POST', letterPath(id, decision), { body: { reason } });
  const done = decision === 'replay' ? 'replayed' : 'discarded';
  show(output, { id, decision: done }, () => `${id} is ${done}.`);
  return 0;
}

/** `tonle deadletter redrive`: a group, in the background; a large one when another operator has approved it. */
export async function runRedrive(
  context: CommandContext,
  groupId: string,
  { reason, rate = '10', keepGoing = false }: RedriveOptions,
): Promise<number> {
  const body = { reason, perSecond: wholeNumber('rate', rate), stopOnFailure: !keepGoing };
  const path = `${PATH}/groups/${encodeURIComponent(groupId)}/redrive`;
  const started = await context.gateway(OPERATOR).ask<Redriven>('POST', path, { body });
  const { output, command } = context;
  show(output, started, () => {
    const letters = counted(started.total, 'dead letter');
    if (!started.started)
      return `${letters}: so many need another operator.\n${proposedText(context, started)}`;
    const see = `${command} deadletter redrives\n  ${command} deadletter stop ${started.redriveId!} --reason "..."`;
    return `Redriving ${letters}, at most ${body.perSecond} a second. See how far it is, or stop it:\n  ${see}`;
  });
  return 0;
}

/** `tonle deadletter discard-group`. */
export async function runDiscardGroup(context: CommandContext, groupId: string, why: Why): Promise<number> {
  const { output, gateway } = context;
  const { reason } = why;
  const path = `${PATH}/groups/${encodeURIComponent(groupId)}/discard`;
  const done = await gateway(OPERATOR).ask<{ discarded: number }>('POST', path, { body: { reason } });
  show(output, done, () => `${counted(done.discarded, 'dead letter')} discarded.`);
  return 0;
}

/** `tonle deadletter redrives`: the latest first. */
export async function runRedrives({ output, gateway }: CommandContext): Promise<number> {
  const { redrives, silentServices } = await gateway(OPERATOR).ask<Redrives>('GET', `${PATH}/redrives`);
  rows({ output, silentServices }, redrives, (redrive) => [
    redrive.redriveId,
    redrive.state,
    `${redrive.replayed} of ${redrive.total} replayed`,
    `${redrive.failed} failed`,
    redrive.startedAt,
    redrive.operator,
    redrive.what,
    redrive.stoppedBecause ?? redrive.lastFailure ?? '',
  ]);
  return 0;
}

/** `tonle deadletter stop`. */
export async function runStopRedrive(
  { output, gateway }: CommandContext,
  redriveId: string,
  { reason }: Why,
): Promise<number> {
  const path = `${PATH}/redrives/${encodeURIComponent(redriveId)}/stop`;
  await gateway(OPERATOR).ask('POST', path, { body: { reason } });
  show(output, { redriveId, state: 'stopped' }, () => `${redriveId} is stopped.`);
  return 0;
}

const letterPath = (id: string, what?: string): string =>
  `${PATH}/${encodeURIComponent(id)}${what === undefined ? '' : `/${what}`}`;

/** A table, or one object per line; services that are silent are named. Answers how many there are. */
function rows<T>(
  { output, silentServices }: Pick<CommandContext, 'output'> & Pick<Letters, 'silentServices'>,
  found: readonly T[],
  cells: (each: T) => readonly string[],
): number {
  for (const service of silentServices) output.err(`${service} does not answer: what it has is not shown`);
  if (output.json) for (const each of found) output.out(JSON.stringify(each));
  else output.out(found.length === 0 ? 'None.' : table(found.map(cells)));
  return found.length;
}
