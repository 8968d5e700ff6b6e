import type { CorridorStop } from '@tonle/contracts';
import type { CommandContext } from './command-context.js';
import type { GatewayClient } from './gateway-client.js';
import { breaksOf, OPERATOR, processing, waits } from './ops.js';
import { pendingApprovals } from './approvals.js';
import { limitWords, liquidityOf, nearTheirLimit, type ShownLiquidity } from './liquidity.js';
import { deadLettersOf } from './dead-letters.js';
import { unknownsOf, unknownWords } from './ops-unknowns.js';
import { list, show } from './output.js';
import { settlementNeeds, settlementOf, settlementRows } from './settlement-status.js';
import { switchesOf, switchLines, type Switches } from './ops-switches.js';
import { answers, failingSince, partnersOf, silentWords } from './partners.js';

/** From here on what is left of a limit needs people. */
const SCARCE_PERCENT = 75;

interface MissingStatement {
  readonly partner: string;
  readonly currency: string;
  readonly day: string;
  readonly cause: string;
  readonly correction?: { readonly approvalId: string; readonly proposedBy: string };
}

interface Calendar {
  readonly calendar: string;
  readonly holidaysUntil?: string;
  readonly endsSoon: boolean;
}

interface SwitchService {
  readonly service: string;
  readonly state: 'ok' | 'impaired' | 'unavailable' | 'silent';
  readonly troubles: readonly { readonly part: string; readonly since: string; readonly says: string }[];
  readonly queueOldestMs?: number;
}

type Seen = Awaited<ReturnType<typeof lookAround>>;
type Status = ReturnType<typeof statusOf>;

/** `tonle ops status`: one look at what needs people. Exit 1 when something does. */
export async function runOpsStatus({ output, gateway, again }: CommandContext): Promise<number> {
  const seen = await lookAround(gateway(OPERATOR));
  const status = statusOf(seen);
  show(output, status, () => list(rowsOf(seen, status, again)));
  const people = status.holds + status.reviews + status.undecided + status.approvals + status.openBreaks;
  const upkeep =
    status.missingStatements.length + status.endingCalendars.length + status.stoppedCorridors.length;
  const others = status.deadLetters + status.unpaidRecalls.length;
  const scarce = status.nearLimits.filter(({ usedPercent = 0 }) => usedPercent >= SCARCE_PERCENT).length;
  const wanting =
    status.silentPartners.length + status.services.length + scarce + settlementNeeds(seen.settlement);
  return seen.audit.ok && people + upkeep + others + wanting === 0 ? 0 : 1;
}

function statusOf(seen: Seen) {
  const { open, partners, audit, holds, reviews, letters } = seen;
  const { statements, calendars, services, switches, stops, unknowns, recalls, approvals, liquidity } = seen;
  const standing = seen.breaks.filter(({ state }) => state !== 'RESOLVED' && state !== 'AUTO_RESOLVED');
  return {
    invariants: audit.ok ? 'hold' : 'broken',
    processing: open,
    unknown: unknowns.counts,
    unknownSince: unknowns.payments[0]?.since,
    holds: holds.holds.length,
    reviews: reviews.reviews.length,
    undecided: reviews.undecided.length,
    approvals: approvals.length,
    nearLimits: nearTheirLimit(liquidity),
    openBreaks: standing.length,
    severityOneBreaks: standing.filter(({ severity }) => severity === 1).length,
    deadLetters: letters.count,
    missingStatements: statements.missing,
    endingCalendars: calendars.filter(({ endsSoon }) => endsSoon),
    silentPartners: partners.filter((partner) => !answers(partner)).map(({ network }) => network),
    failingLookups: partners.filter(failingSince).map(({ network }) => network),
    services: services.filter(({ state }) => state !== 'ok'),
    queueOldestMs: Math.max(0, ...services.map(({ queueOldestMs: ageMs = 0 }) => ageMs)),
    switches,
    stoppedCorridors: stops,
    unpaidRecalls: recalls.map(({ recallId }) => recallId),
    settlement: seen.settlement,
  };
}

function rowsOf(seen: Seen, status: Status, again: string): [string, string | undefined][] {
  const { open, partners, audit, statements, switches, stops, unknowns } = seen;
  const needs = (count: number, where: string): string =>
    count === 0 ? 'none' : `${count}: ${again} ${where}`;
  const grave = status.severityOneBreaks;
  return [
    ['invariants', audit.ok ? 'hold' : `BROKEN: ${again} audit`],
    ...stops.map(stoppedRow),
    ['payments', waits(open)],
    ['unknown', unknownWords(unknowns, again)],
    ['holds', needs(status.holds, 'ask GET /v1/ops/holds')],
    ['reviews', needs(status.reviews, 'review list')],
    ['undecided', needs(status.undecided, 'review list')],
    ['approvals', needs(status.approvals, 'approvals list')],
    [
      'open breaks',
      `${needs(status.openBreaks, 'ops breaks')}${grave === 0 ? '' : ` (${grave} of severity 1)`}`,
    ],
    ['unpaid recalls', needs(status.unpaidRecalls.length, 'recall list --money-missing true')],
    ...limitRows(status.nearLimits),
    ['dead letters', needs(status.deadLetters, 'deadletter groups')],
    ...missingRows(statements.missing),
    ...settlementRows(status.settlement, again),
    ['calendars', endingWords(status.endingCalendars)],
    ['silent partners', pointed(silentWords(partners), `${again} ops partners`)],
    ...serviceRows(status.services),
    ['oldest in a queue', `${(status.queueOldestMs / 1_000).toFixed(1)} s`],
    ...offRows(switches),
  ];
}

const pointed = (words: string | undefined, command: string): string =>
  words === undefined ? 'none' : `${words}: ${command}`;

/** All that the switch and its people are asked about, at once. */
async function lookAround(asked: GatewayClient) {
  const [open, partners, audit, breaks, holds, reviews, letters, statements] = await Promise.all([
    processing(asked, {}),
    partnersOf(asked),
    asked.ask<{ ok: boolean }>('GET', '/v1/ops/audit', { answerMsMax: 300_000 }),
    breaksOf(asked, {}),
    asked.ask<{ holds: readonly unknown[] }>('GET', '/v1/ops/holds'),
    asked.ask<{ reviews: readonly unknown[]; undecided: readonly unknown[] }>('GET', '/v1/ops/reviews'),
    deadLettersOf(asked),
    asked.ask<{ missing: readonly MissingStatement[] }>('GET', '/v1/ops/statements/missing'),
  ]);
  const [{ calendars }, { services }, switches, { stops }, unknowns, { recalls }, { approvals }, liquidity] =
    await Promise.all([
      asked.ask<{ calendars: readonly Calendar[] }>('GET', '/v1/ops/calendars'),
      asked.ask<{ services: readonly SwitchService[] }>('GET', '/v1/ops/services'),
      switchesOf(asked),
      asked.ask<{ stops: readonly CorridorStop[] }>('GET', '/v1/ops/corridor-stops'),
      unknownsOf(asked),
      asked.ask<{ recalls: readonly { recallId: string }[] }>('GET', '/v1/ops/recalls?moneyMissing=true'),
      pendingApprovals(asked),
      liquidityOf(asked),
    ]);
  const settlement = await settlementOf(asked);
  return {
    settlement,
    ...{ open, partners, audit, breaks, holds, reviews, letters, statements },
    ...{ calendars, services, switches, stops, unknowns, recalls, approvals, liquidity },
  };
}

function limitRows(near: readonly ShownLiquidity[]): [string, string][] {
  return near.length === 0
    ? [['liquidity', 'enough']]
    : near.map((account) => ['liquidity', limitWords(account)]);
}

function serviceRows(wanting: readonly SwitchService[]): [string, string][] {
  if (wanting.length === 0) return [['services', 'work']];
  return wanting.flatMap(({ service, state, troubles }): [string, string][] =>
    troubles.length === 0
      ? [[service, state === 'silent' ? 'DOES NOT ANSWER' : state]]
      : troubles.map(({ part, since, says }) => [service, `${state}: ${part} ${says}, since ${since}`]),
  );
}

/** Of planned corridors nobody has to be told here that they are closed. */
function offRows({ corridors, participants }: Switches): [string, string][] {
  const told = corridors.filter(({ status }) => status !== 'closed');
  const lines = switchLines({ corridors: told, participants });
  return lines.length === 0 ? [['off', 'nothing']] : lines.map((line) => ['off', line]);
}

/** What the auditor found, under the id that whoever opens the corridor names. */
function stoppedRow({ corridor, stopId, invariant, what }: CorridorStop): [string, string] {
  return [`stopped ${corridor}`, `${invariant} ${what}; acknowledge ${stopId}`];
}

/** Each with why: it is asked for by itself, and people see to what keeps it away. */
function missingRows(missing: readonly MissingStatement[]): [string, string][] {
  if (missing.length === 0) return [['statements', 'none missing']];
  return missing.map(({ partner, currency, day, cause, correction }) => [
    'missing statement',
    [`${partner} ${currency} of ${day}: ${cause}`, proposedWords(correction)].join(''),
  ]);
}

function proposedWords(correction: MissingStatement['correction']): string {
  if (correction === undefined) return '';
  const { approvalId, proposedBy } = correction;
  return `; ${proposedBy} proposes to take it, another operator decides: approvals show ${approvalId}`;
}

function endingWords(ending: readonly Calendar[]): string {
  const words = ending.map(
    ({ calendar, holidaysUntil }) => `holidays of ${calendar} end on ${holidaysUntil}`,
  );
  return words.length === 0 ? 'holidays are known' : words.join(', ');
}
