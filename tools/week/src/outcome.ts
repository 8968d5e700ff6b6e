import { claimedPositions, isZero } from './default.js';
import type { PlayedWeek } from './week.js';

/** What is not as a week should end, a sentence each. */
export function wantingOf(played: PlayedWeek): string[] {
  const { windows, trialBalances, unowned, reports, again } = played;
  const uneven = Object.entries(trialBalances).filter(([, difference]) => !isZero(difference));
  const names = [...new Set([...Object.keys(reports), ...Object.keys(again)])];
  return [
    ...windows
      .filter(({ state, waitsFor }) => state !== 'SETTLED' && waitsFor === undefined)
      .map(({ windowId, state }) => `${windowId} is ${state}, and nothing says why`),
    ...uneven.map(([currency, difference]) => `the trial balance of ${currency} is ${difference}`),
    ...unexplained(played),
    ...notMoved(played),
    ...(unowned === 0 ? [] : [`breaks without an owner: ${unowned}`]),
    ...names
      .filter((name) => reports[name] !== again[name])
      .map((name) => `${name} is another file when it is run again`),
    ...(names.length === 0 ? ['there are no reports'] : []),
    ...played.leftInSuspense,
    ...notDelivered(played),
    ...notPlayed(played),
  ];
}

/** Positions that no claim explains, once all is settled. */
function unexplained({ windows, positions, defaults }: PlayedWeek): string[] {
  if (windows.some(({ state }) => state !== 'SETTLED')) return [];
  const claimed = claimedPositions(defaults);
  return [...new Set([...Object.keys(claimed), ...Object.keys(positions)])]
    .filter((account) => claimed[account] !== positions[account])
    .map(
      (account) => `${account} is ${positions[account] ?? '0'}, and ${claimed[account] ?? '0'} is claimed`,
    );
}

/** Batches of networks that banks have not moved, once all is settled. */
function notMoved({ windows, batches }: PlayedWeek): string[] {
  if (windows.some(({ state }) => state !== 'SETTLED')) return [];
  return batches
    .filter(({ waiting }) => waiting > 0)
    .map(
      ({ partner, currency, day, ...each }) =>
        `of ${each.batches} batches of ${partner} in ${currency} of ${day}, ${each.waiting} wait for banks`,
    );
}

/** Files of which somebody should have had one for each closed day, and has not. */
function notDelivered({ closed, delivered }: PlayedWeek): string[] {
  return closed
    .filter(({ day }) => delivered.filter((each) => each === day).length !== 1)
    .map(({ day }) => `the report of the night of ${day} was not delivered once`);
}

/** What was to be played in the week, and was not. */
function notPlayed({
  shortPaid,
  latePaid,
  defaults,
  finalisations,
  suspense,
  months,
  downloads,
  batches,
}: PlayedWeek): string[] {
  return [
    ...(suspense.length === 0 ? ['nothing was written off or sent back'] : []),
    ...(months.length === 0 ? ['no month was closed'] : []),
    ...(downloads.length === 0 ? ['no participant has fetched a report'] : []),
    ...(batches.length === 0 ? ['no network has told what it settles together'] : []),
    ...(shortPaid.length === 0 ? ['no bank has paid short'] : []),
    ...(latePaid.length === 0 ? ['no bank has paid late'] : []),
    ...(defaults.length === 0 ? ['nobody was taken out of a net'] : []),
    ...(finalisations.length === 0 ? ['no window was finalised'] : []),
  ];
}
