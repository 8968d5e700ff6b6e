import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { inCausalOrder, nameOf, type ToldFact } from './story-order.decide.js';

const SERVICES = ['gateway', 'routing', 'adapter-x', 'settlement'];
const NOON = Date.parse('2026-11-28T12:00:00Z');

/** Facts of services whose clocks differ; a message is named by who sent it, so that what is taken may have been sent. */
const told = fc
  .array(
    fc.record({
      service: fc.constantFrom(...SERVICES),
      offsetMs: fc.integer({ min: -200, max: 200 }),
      chain: fc.option(fc.constantFrom('a', 'b'), { nil: undefined }),
      /** Of the facts before it: whose message it took. */
      took: fc.array(fc.nat(), { maxLength: 2 }),
    }),
    { maxLength: 40 },
  )
  .map((facts) =>
    facts.map(({ service, offsetMs, chain, took }, index): ToldFact => ({
      service,
      id: `f${index}`,
      at: new Date(NOON + index * 10 + offsetMs).toISOString(),
      kind: 'state',
      words: '',
      ...(chain === undefined ? {} : { chain }),
      sends: [`m${index}`],
      takes: index === 0 ? [] : took.map((which) => `m${which % index}`),
    })),
  );

const places = (facts: readonly ToldFact[]) => new Map(facts.map((fact, at) => [nameOf(fact), at]));

describe('the order of a story', () => {
  it('has every fact once, and nothing before what brought it', () => {
    fc.assert(
      fc.property(told, (facts) => {
        const ordered = inCausalOrder(facts);
        expect(ordered.map(nameOf).sort()).toEqual(facts.map(nameOf).sort());
        const place = places(ordered);
        const sender = new Map(facts.map((fact) => [fact.sends![0], fact]));
        const last = new Map<string, ToldFact>();
        for (const fact of facts) {
          for (const name of fact.takes!)
            expect(place.get(nameOf(sender.get(name)!))).toBeLessThan(place.get(nameOf(fact))!);
          if (fact.chain === undefined) continue;
          const before = last.get(`${fact.service} ${fact.chain}`);
          if (before !== undefined) expect(place.get(nameOf(before))).toBeLessThan(place.get(nameOf(fact))!);
          last.set(`${fact.service} ${fact.chain}`, fact);
        }
      }),
    );
  });

  it('is the same in whatever order the services answer', () => {
    fc.assert(
      fc.property(told, fc.constantFrom(...SERVICES), (facts, first) => {
        const turned = [...facts].sort((a, b) => Number(b.service === first) - Number(a.service === first));
        expect(inCausalOrder(turned).map(nameOf)).toEqual(inCausalOrder(facts).map(nameOf));
      }),
    );
  });

  it('is that of the clocks where nothing brought anything about', () => {
    fc.assert(
      fc.property(told, (facts) => {
        const alone = facts.map(({ chain: _chain, takes: _takes, ...fact }) => fact);
        const times = inCausalOrder(alone).map(({ at }) => Date.parse(at));
        expect(times).toEqual([...times].sort((a, b) => a - b));
      }),
    );
  });

  it('has every fact once even of services that contradict each other', () => {
    const fact = (service: string, takes: string, sends: string): ToldFact => ({
      ...{ service, id: 'f', at: new Date(NOON).toISOString(), kind: 'state', words: '' },
      sends: [sends],
      takes: [takes],
    });
    const ring = [fact('gateway', 'b', 'a'), fact('routing', 'a', 'b')];
    expect(inCausalOrder(ring).map(nameOf).sort()).toEqual(['gateway/f', 'routing/f']);
    expect(inCausalOrder([...ring, ...ring])).toHaveLength(2);
  });
});
