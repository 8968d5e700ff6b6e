import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { insertEvidence, sharedEvidence, type Evidence } from '@tonle/door';
import { clock, intentOf, openLegWorld, type LegWorld } from '../leg.testing.js';
import { NetworkStory } from './network-story.view.js';

// Real: PostgreSQL, the stores of legs and of evidence.

let world: LegWorld;
beforeAll(async () => {
  world = await openLegWorld('network_story');
});
afterAll(() => world.close());

const storyOf = (heldBy?: string) => new NetworkStory(world.test.database, 'partner', false, () => heldBy);

/** A message about a subject, so many milliseconds after now. */
function message(subject: string, direction: 'in' | 'out', afterMs: number, text: string): Evidence {
  return { subject, direction, operation: 'transfer', at: clock.now() + afterMs, bytes: Buffer.from(text) };
}

describe('what a network tells of a payment', () => {
  it('has the leg from its intent to its answer, each message between them, and its bytes', async () => {
    const leg = await intentOf(world);
    const { legKey, paymentId } = leg.command;
    const evidence = [message(legKey, 'out', 1, '<ask/>'), message(legKey, 'in', 2, '{"ok":1}')];
    await world.reporter.add({
      ...leg,
      evidence,
      answer: { kind: 'accepted', partnerRef: 'R1' },
      firstAnswer: true,
    });
    const names = { paymentId, lookupIds: [], recallIds: [] };
    const { facts } = await storyOf().facts(names);
    const chain = facts.filter((fact) => fact.chain === `leg:${legKey}`);
    expect(chain.map(({ kind, bytes }) => [kind, bytes?.form])).toEqual(
      expect.arrayContaining([
        ['decision', undefined],
        ['message_out', 'xml'],
        ['message_in', 'json'],
      ]),
    );
    expect(chain[0]).toMatchObject({ id: `intent:${legKey}:1`, takes: [`leg.command:${legKey}:1`] });
    expect(chain.find(({ id }) => id.startsWith('answer:'))).toMatchObject({
      words: 'debit at partner: the answer is read as accepted under R1',
      sends: [`leg.result:${legKey}:1:accepted`],
    });
    const ids = chain.filter(({ bytes }) => bytes !== undefined).map(({ id }) => id);
    const bytes = await storyOf().bytes(names, ids);
    expect(bytes.map((each) => Buffer.from(each.bytes).toString()).sort()).toEqual(['<ask/>', '{"ok":1}']);
  });

  it('has what was asked about several legs at once with each of them', async () => {
    const [first, second] = [await intentOf(world), await intentOf(world)];
    const whole = message('byHash:R9', 'in', 1, '[1,2]');
    const shared = [first, second].map(({ command }) => sharedEvidence(whole, command.legKey));
    await insertEvidence(world.test.database, [whole, ...shared]);
    for (const { command } of [first, second]) {
      const names = { paymentId: command.paymentId, lookupIds: [], recallIds: [] };
      const told = (await storyOf().facts(names)).facts.filter(({ bytes }) => bytes !== undefined);
      expect(told.map(({ bytes }) => bytes!.size)).toEqual([5]);
      const [bytes] = await storyOf().bytes(names, [told[0]!.id]);
      expect(Buffer.from(bytes!.bytes).toString()).toBe('[1,2]');
    }
  });

  it('says when an open leg is asked about next, and what keeps it from being asked', async () => {
    const leg = await intentOf(world);
    await world.reporter.add({
      ...leg,
      answer: { kind: 'ambiguous', because: 'timeout' },
      firstAnswer: true,
    });
    const names = { paymentId: leg.command.paymentId, lookupIds: [], recallIds: [] };
    const { facts } = await storyOf('partner does not answer').facts(names);
    expect(facts.map(({ words }) => words)).toEqual(
      expect.arrayContaining([
        'debit at partner: nobody knows what became of it: it is asked about',
        expect.stringMatching(/^debit is open: partner is asked next at /),
        'partner does not answer',
      ]),
    );
  });

  it('has what the network was asked about its recall, and said, behind what routing sent', async () => {
    const leg = await intentOf(world);
    const recallId = '0193f5d2-1111-7000-8000-00000000000a';
    const evidence = [message(recallId, 'out', 5, '<camt.056/>'), message(recallId, 'in', 6, '<camt.029/>')];
    await insertEvidence(world.test.database, evidence);
    const known = { paymentId: leg.command.paymentId, lookupIds: [] };
    const names = { ...known, recallIds: [recallId] };
    const told = (await storyOf().facts(names)).facts.filter(({ chain }) => chain === `recall:${recallId}`);
    expect(told.map(({ kind, takes }) => [kind, takes])).toEqual([
      ['message_out', [`recall:${recallId}`]],
      ['message_in', [`recall:${recallId}`]],
    ]);
    const ids = told.map(({ id }) => id);
    const bytes = await storyOf().bytes(names, ids);
    const texts = bytes.map((each) => Buffer.from(each.bytes).toString());
    expect(texts.sort()).toEqual(['<camt.029/>', '<camt.056/>']);
    expect(await storyOf().bytes({ ...known, recallIds: [] }, ids)).toEqual([]);
  });

  it('gives no bytes of another payment', async () => {
    const [mine, other] = [await intentOf(world), await intentOf(world)];
    await insertEvidence(world.test.database, [message(other.command.legKey, 'in', 0, 'theirs')]);
    const { facts } = await storyOf().facts({
      paymentId: other.command.paymentId,
      lookupIds: [],
      recallIds: [],
    });
    const theirs = facts.find(({ bytes }) => bytes !== undefined)!;
    expect(
      await storyOf().bytes({ paymentId: mine.command.paymentId, lookupIds: [], recallIds: [] }, [theirs.id]),
    ).toEqual([]);
  });
});
