import { describe, expect, it } from '@jest/globals';
import { ServiceKeys, serviceKeyList } from './service-keys.js';

const key = (id: string) => ({ id, secret: id.charCodeAt(0).toString(16).repeat(32) });
const [old, next] = [key('a'), key('b')];
const keys = (service: string, ...ofFx: (typeof old)[]) =>
  new ServiceKeys(service, { fx: ofFx, routing: [key('r')] });

describe(ServiceKeys.name, () => {
  it('tells the seal of a service from that of any other, and from any other text', () => {
    const fx = keys('fx', old);
    const routing = keys('routing', old);
    const seal = fx.seal(['record', 'topic', 'body']);
    expect(routing.isSealedBy('fx', ['record', 'topic', 'body'], seal)).toBe(true);
    expect(routing.isSealedBy('routing', ['record', 'topic', 'body'], seal)).toBe(false);
    expect(routing.isSealedBy('nobody', ['record', 'topic', 'body'], seal)).toBe(false);
    for (const parts of [
      ['record', 'topic', 'bodY'],
      ['call', 'topic', 'body'],
      ['record', 'topicb', 'ody'],
      ['record', 'topic4:body'],
      ['record', 'topic', 'body', ''],
    ])
      expect(routing.isSealedBy('fx', parts, seal)).toBe(false);
    for (const wrong of ['', ':', 'a:', `b${seal.slice(1)}`, seal.slice(0, -4)])
      expect(routing.isSealedBy('fx', ['record', 'topic', 'body'], wrong)).toBe(false);
  });

  it('lets a key follow another without a gap', () => {
    const parts = ['record', 'x'];
    const stages = [[old], [old, next], [next, old], [next]] as const;
    stages.forEach((writes, at) => {
      const seal = keys('fx', ...writes).seal(parts);
      // Readers are at most one stage behind or before.
      for (const reads of stages.slice(Math.max(0, at - 1), at + 2))
        expect(keys('routing', ...reads).isSealedBy('fx', parts, seal)).toBe(true);
    });
    expect(keys('routing', next).isSealedBy('fx', parts, keys('fx', old).seal(parts))).toBe(false);
  });

  it('needs a key of its own, and long ones', () => {
    expect(() => keys('gateway', old)).toThrow('there is no key of gateway');
    expect(serviceKeyList.safeParse({ fx: [old] }).success).toBe(true);
    for (const wrong of [
      { fx: [] },
      { fx: [{ id: 'a', secret: 'ab'.repeat(31) }] },
      { fx: [{ id: 'a:b', secret: old.secret }] },
      { fx: [{ id: 'a', secret: 'x'.repeat(64) }] },
    ])
      expect(serviceKeyList.safeParse(wrong).success).toBe(false);
  });
});
