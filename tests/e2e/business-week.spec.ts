// A business week of finance, on both ways of running: payments, nets, settlement banks of which one pays short and one late, a holiday,
// somebody who does not pay, money that nobody can place, a finalisation that is wrong and then right, daily closes, the end of a month,
// and every report, of which some are delivered, fetched and told of.
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import {
  adjustForWeek,
  holidayOf,
  playWeek,
  ReportDrop,
  wantingOf,
  weekFrom,
  type PlayedWeek,
} from '@tonle/tool-week';
import { MODES, TestInstallation } from '../world/installation.js';

jest.setTimeout(900_000);

const WEEK = weekFrom(Date.now());
const PAYING = WEEK.filter(({ isPaying }) => isPaying).map(({ day }) => day);
const MONTH = WEEK.find(({ endsMonth }) => endsMonth)!.day.slice(0, 7);
const HOLIDAY = holidayOf(WEEK);

describe.each(MODES)('a business week on %s', (mode) => {
  let drop: ReportDrop;
  let world: TestInstallation;
  let played: PlayedWeek;

  beforeAll(async () => {
    drop = await ReportDrop.open();
    world = await TestInstallation.start(mode, drop.settings, undefined, (directory) =>
      adjustForWeek(directory, WEEK),
    );
    played = await playWeek(world.running, WEEK, drop, () => undefined);
  });
  afterAll(async () => {
    await world?.stop();
    await drop?.close();
  });

  it('ends with nothing that nobody can explain', () => {
    expect(wantingOf(played)).toEqual([]);
  });

  it('leaves banks and rails that hold what the ledger says, and books that are sound', async () => {
    await world.sound();
    const { body } = await world.as('OPERATOR').get<unknown>('/v1/ops/audit');
    const audit = JSON.stringify(body);
    const heldBy = (who: string) =>
      Number(new RegExp(`"invariant":"I25 ${who}[^}]*"checked":(\\d+)`).exec(audit)?.[1]);
    // Each currency has a bank whose statements were taken.
    expect(heldBy('a bank')).toBeGreaterThan(5);
    // FX providers and the settlement bank have accounts at the home network, which tells balances.
    expect(heldBy('a rail')).toBeGreaterThan(3);
  });

  it('has no break but of what was played', () => {
    const types = new Set(played.breaks.map(({ type }) => type));
    expect([...types].sort()).toEqual(['BATCH_LATE', 'BATCH_SHORT', 'NOSTRO_UNMATCHED']);
    // What is late stays for people to end; what was short or nobody could place has come to its end.
    expect(
      new Set(played.breaks.filter(({ type }) => type !== 'BATCH_LATE').map(({ state }) => state)),
    ).toEqual(new Set(['AUTO_RESOLVED']));
  });

  it('has money at the banks for all that networks settle together', () => {
    // Two networks tell it, for every day.
    const told = played.batches.filter(({ batches, waiting }) => batches > 0 && waiting === 0);
    expect(new Set(told.map(({ partner }) => partner)).size).toBeGreaterThan(1);
    expect(new Set(told.map(({ day }) => day))).toEqual(new Set(PAYING));
  });

  it('settles every window of every day', () => {
    const open = played.windows.filter(({ state }) => state !== 'SETTLED');
    expect(open).toEqual([]);
    expect(new Set(played.windows.map(({ day }) => day))).toEqual(new Set(PAYING));
  });

  it('pays nothing on a holiday of one of the countries', () => {
    const before = WEEK[WEEK.findIndex(({ day }) => day === HOLIDAY.day) - 1]!.day;
    const dong = played.windows.find(({ day, currency }) => day === before && currency === 'VND');
    expect(dong?.payments).toBeGreaterThan(0);
    expect(dong!.valueDate! > HOLIDAY.day).toBe(true);
  });

  it('has taken one out of a net, whose claims are all that is left on positions', () => {
    expect(played.defaults).toHaveLength(1);
    const [{ windowId, removed, claims }] = played.defaults as [PlayedWeek['defaults'][number]];
    const window = played.windows.find((each) => each.windowId === windowId);
    expect(window).toMatchObject({ state: 'SETTLED', participantsRemoved: [removed] });
    expect(Object.keys(played.positions)).toHaveLength(claims.length + 1);
  });

  it('refuses a wrong finalisation by what differs, and takes the right one', () => {
    expect(played.finalisations).toEqual([
      expect.objectContaining({
        refusedFor: expect.stringMatching(/the file says .* [A-Z]{3}, we instructed .* [A-Z]{3}/),
      }),
    ]);
  });

  it('writes off what nobody can place and is too little to ask about, and sends the rest back', () => {
    expect(played.suspense).toHaveLength(1);
    expect(played.leftInSuspense).toEqual([]);
  });

  it('closes each day, with reports that are the same when they are run again', () => {
    expect(played.closed.map(({ day }) => day)).toEqual(expect.arrayContaining(PAYING));
    expect(new Set(Object.keys(played.again).map((name) => name.split(' ', 1)[0]))).toEqual(
      new Set(played.catalogue),
    );
    expect(played.again).toEqual(played.reports);
    // Somebody was credited, and has been told of it.
    expect(Object.keys(played.again)).toContainEqual(expect.stringMatching(/^R34 .*SETTLED:.* camt\.054$/));
  });

  it('closes the month, which nothing changes then, until three people open it again, and closes it again', () => {
    expect(played.months).toEqual([
      {
        month: MONTH,
        invoices: expect.arrayContaining([expect.stringMatching(/^INV/)]),
        reports: [expect.stringMatching(/^[0-9a-f]{64}$/), expect.stringMatching(/^[0-9a-f]{64}$/)],
        refused: {
          'closing it again': 'period_closed',
          'opening its last day': 'period_order',
          'another reference rate': 'period_closed',
          'signing a step': 'period_closed',
        },
      },
    ]);
  });

  it('delivers the report of each night over SFTP, whole and signed, and once', () => {
    // The last day that is over may not be closed yet.
    expect(played.delivered).toEqual(expect.arrayContaining(played.closed.map(({ day }) => day)));
    expect(new Set(played.delivered).size).toBe(played.delivered.length);
  });

  it('tells a participant of its reports by webhook, and gives it their bytes in pieces', () => {
    expect(new Set(played.downloads.map(({ day }) => day))).toEqual(new Set(PAYING));
    for (const { file, pieces } of played.downloads) expect([file, pieces]).toEqual([file, 3]);
  });
});
