import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { minorText } from '@tonle/money';
import { auditLegs } from './leg-audit.js';
import type { LegAnswer } from './leg.js';
import {
  askedAbout,
  commandOf,
  intentOf,
  openLegWorld,
  outcomesOf,
  TIMERS,
  type LegWorld,
} from './leg.testing.js';

// Real: PostgreSQL, the outbox lane, the transport.

let world: LegWorld;
beforeAll(async () => {
  world = await openLegWorld('leg_reporter', {
    timersOf: (corridor) => (corridor === 'KH-TH' ? TIMERS : undefined),
  });
});
afterAll(() => world.close());

const silence: LegAnswer = { kind: 'ambiguous', because: 'timeout' };
const accepted: LegAnswer = { kind: 'accepted', partnerRef: 'ledger-hash' };
const rejected: LegAnswer = { kind: 'rejected', reason: 'MS03' };

describe('answers that are stored together', () => {
  it('two open answers about one leg plan one enquiry, and another leg is told', async () => {
    const [leg, other] = [await intentOf(world), await intentOf(world)];
    const { reporter } = world;
    const commits = jest.spyOn(world.lane, 'commit');
    await Promise.all([
      reporter.add({ ...leg, answer: silence, firstAnswer: true }),
      reporter.add({ ...leg, enquiries: 1, answer: { kind: 'in_progress' }, firstAnswer: false }),
      reporter.add({ ...other, answer: accepted, firstAnswer: true }),
    ]);
    expect(await outcomesOf(world, leg.command)).toEqual(['1 unknown']);
    expect(await askedAbout(world, leg.command)).toBe(1);
    expect(await outcomesOf(world, other.command)).toEqual(['1 accepted']);
    expect(commits).toHaveBeenCalledTimes(1);
    commits.mockRestore();
  });

  it.each<[string, boolean]>([
    ['two that were asked for', false],
    ['the first and a call-back', true],
  ])('a contradiction at the same moment is a conflict: %s', async (_name, firstAnswer) => {
    const leg = await intentOf(world);
    await Promise.all([
      world.reporter.add({ ...leg, answer: rejected, firstAnswer }),
      world.reporter.add({ ...leg, enquiries: 1, answer: accepted, firstAnswer: false }),
    ]);
    expect(await outcomesOf(world, leg.command)).toEqual(['1 conflicting', '1 rejected']);
    await world.lane.published();
    const told = world.told.filter(({ legKey }) => legKey === leg.command.legKey);
    expect(told.map(({ outcome }) => outcome)).toEqual(['rejected', 'conflicting']);
  });

  it('the same answer twice is told once', async () => {
    const leg = await intentOf(world);
    const add = () => world.reporter.add({ ...leg, enquiries: 1, answer: accepted, firstAnswer: false });
    await Promise.all([add(), add(), add()]);
    await add();
    expect(await outcomesOf(world, leg.command)).toEqual(['1 accepted']);
    await world.lane.published();
    expect(world.told.filter(({ legKey }) => legKey === leg.command.legKey)).toHaveLength(1);
    expect(await askedAbout(world, leg.command)).toBeUndefined();
  });
});

it('what a network says of the money with an answer is told, and kept for who asks again', async () => {
  const leg = await intentOf(world);
  const partnerTerms = { discountAmount: { currency: 'USD', minor: '20' } };
  await world.reporter.add({ ...leg, answer: { ...accepted, partnerTerms }, firstAnswer: true });
  const { legKey } = leg.command;
  const known = (await world.store.known(world.test.database, [legKey])).get(legKey);
  expect(known?.answers).toMatchObject([{ outcome: 'accepted', partnerTerms }]);
  await world.reporter.repeat(known!.answers);
  await world.lane.published();
  const told = world.told.filter((each) => each.legKey === legKey);
  expect(told.map((each) => each.partnerTerms)).toEqual([partnerTerms, partnerTerms]);
});

it('accepted again with other amounts is a conflict for each of them', async () => {
  const leg = await intentOf(world);
  const { currency, minor } = leg.command.amount;
  const told = (amount?: string) =>
    world.reporter.add({
      ...leg,
      enquiries: 1,
      answer: { ...accepted, ...(amount !== undefined && { amount: { currency, minor: amount } }) },
      firstAnswer: false,
    });
  await told();
  await told(minor);
  expect(await outcomesOf(world, leg.command)).toEqual(['1 accepted']);
  await told('3000');
  await told('3000');
  await Promise.all([told('4000'), told('3000'), told('5000')]);
  expect(await outcomesOf(world, leg.command)).toEqual(['1 accepted', ...Array(3).fill('1 conflicting')]);
  await world.lane.published();
  const conflicts = world.told.filter(
    ({ legKey, outcome }) => legKey === leg.command.legKey && outcome === 'conflicting',
  );
  expect(conflicts.map(({ amount }) => amount?.minor).sort()).toEqual(['3000', '4000', '5000']);
  expect(conflicts[0]).toMatchObject({
    amount: { currency, minor: '3000' },
    reasonText: `was accepted with ${minorText(BigInt(minor), currency)}, is now accepted with ${minorText(3_000n, currency)}`,
  });
});

describe('an answer that the database refuses', () => {
  /** More than a bigint holds. */
  const amount = { currency: 'KHR', minor: '9'.repeat(30) };

  it('blocks no other answer, makes its leg unknown and is asked about', async () => {
    const [bad, good] = [await intentOf(world), await intentOf(world)];
    await Promise.all([
      world.reporter.add({ ...bad, answer: { ...accepted, amount }, firstAnswer: true }),
      world.reporter.add({ ...good, answer: accepted, firstAnswer: true }),
    ]);
    expect(await outcomesOf(world, good.command)).toEqual(['1 accepted']);
    expect(await outcomesOf(world, bad.command)).toEqual(['1 unknown']);
    expect(await askedAbout(world, bad.command)).toBe(1);
  });

  it('is told in the log without the words of the partner, which may name people', async () => {
    const leg = await intentOf(world);
    const { log } = world.telemetry;
    const said = [jest.spyOn(log, 'error'), jest.spyOn(log, 'fatal')];
    const answer: LegAnswer = { ...accepted, partnerRef: 'Sok Dara \u001b[2J', amount };
    await world.reporter.add({ ...leg, answer, firstAnswer: true });
    const lines = said.flatMap(({ mock }) => mock.calls.map(([fields, text]) => ({ fields, text })));
    for (const spy of said) spy.mockRestore();
    expect(lines).toContainEqual({
      fields: { err: expect.anything(), legKey: leg.command.legKey, answer: 'accepted' },
      text: 'an answer of a partner cannot be stored',
    });
    const shown = lines.map(({ fields, text }) => {
      const { err, ...rest } = fields as unknown as { err: Error };
      return JSON.stringify([err.message, rest, text]);
    });
    expect(shown.join('\n')).not.toMatch(/Sok Dara|\\u001b/);
  });

  it('is made plain where it can be', async () => {
    const leg = await intentOf(world);
    const answer: LegAnswer = { kind: 'rejected', reason: 'MS03', reasonText: 'failed \u0000\ud83d' };
    await world.reporter.add({ ...leg, answer, firstAnswer: true });
    expect(await outcomesOf(world, leg.command)).toEqual(['1 rejected']);
  });
});

it('a corridor that the directory lacks blocks nobody', async () => {
  const leg = await intentOf(world, commandOf(1, { corridor: 'KH-XX' }));
  await world.reporter.add({ ...leg, answer: silence, firstAnswer: true });
  expect(await outcomesOf(world, leg.command)).toEqual(['1 unknown']);
});

it('the end of an earlier attempt does not end the asking about a later one', async () => {
  const first = await intentOf(world);
  const second = await intentOf(world, { ...first.command, attempt: 2 });
  await world.reporter.add({ ...second, answer: silence, firstAnswer: false });
  await world.reporter.add({ ...first, answer: { kind: 'in_progress' }, firstAnswer: false });
  expect(await askedAbout(world, first.command)).toBe(2);
  await world.reporter.add({ ...first, enquiries: 1, answer: rejected, firstAnswer: false });
  expect(await outcomesOf(world, first.command)).toEqual(['1 rejected', '1 unknown', '2 unknown']);
  expect(await askedAbout(world, first.command)).toBe(2);
  await world.reporter.add({ ...second, enquiries: 1, answer: rejected, firstAnswer: false });
  expect(await askedAbout(world, first.command)).toBeUndefined();
});

it('the audit sums what the network says that it moved, in its currency', async () => {
  const totals = async () => (await auditLegs(world.test.database, 'adapter', 0)).totals;
  const before = await totals();
  const [asked, short, other] = [await intentOf(world), await intentOf(world), await intentOf(world)];
  const told = (amount: { currency: string; minor: string }): LegAnswer => {
    return { kind: 'accepted', partnerRef: `told-${amount.currency}`, amount };
  };
  const { currency, minor } = asked.command.amount;
  await world.reporter.add({
    ...asked,
    answer: { kind: 'accepted', partnerRef: 'as-asked' },
    firstAnswer: true,
  });
  await world.reporter.add({ ...short, answer: told({ currency, minor: '3000' }), firstAnswer: true });
  await world.reporter.add({
    ...other,
    answer: told({ currency: 'USD', minor: '5' }),
    firstAnswer: true,
  });
  const after = await totals();
  const name = `legs.${asked.command.leg}`;
  const grown = (figure: string) => BigInt(after[figure] ?? '0') - BigInt(before[figure] ?? '0');
  expect(grown(`${name}.${currency}.accepted.count`)).toBe(2n);
  expect(grown(`${name}.${currency}.accepted.minor`)).toBe(BigInt(minor) + 3_000n);
  expect(grown(`${name}.USD.accepted.minor`)).toBe(5n);
});
