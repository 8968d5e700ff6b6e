import type { StoryFact } from '@tonle/contracts';

/** A fact with the service that told it. */
export interface ToldFact extends StoryFact {
  readonly service: string;
}

/** Of facts at one instant those of who acts first stand first; the others by their names. */
const FIRST = ['fx', 'gateway', 'routing'];
const LAST = ['settlement'];

/**
 * One order of what services with clocks of their own tell: by time, but what a message brought never before it was sent,
 * and what one service told in an order in that order. Every fact once. The same facts give the same order.
 */
export function inCausalOrder(told: readonly ToldFact[]): ToldFact[] {
  const facts = [...new Map(told.map((fact) => [nameOf(fact), fact])).values()];
  const before = causesOf(facts);
  const index = new Map(facts.map((fact, at) => [fact, at]));
  const byTime = [...facts].sort((a, b) => compare(a, b) || index.get(a)! - index.get(b)!);
  const rank = new Map(byTime.map((fact, at) => [fact, at]));
  const ordered: ToldFact[] = [];
  const seen = new Set<ToldFact>();
  // Without recursion: chains may be as long as all that is told.
  for (const fact of byTime) {
    const stack = [fact];
    while (stack.length > 0) {
      const top = stack[stack.length - 1]!;
      const waits = seen.has(top) ? [] : (before.get(top) ?? []).filter((cause) => !seen.has(cause));
      if (!seen.has(top)) seen.add(top);
      if (waits.length > 0) stack.push(...waits.sort((a, b) => rank.get(b)! - rank.get(a)!));
      else {
        stack.pop();
        ordered.push(top);
      }
    }
  }
  return [...new Set(ordered)];
}

/** Names a fact among all. */
export const nameOf = ({ service, id }: Pick<ToldFact, 'service' | 'id'>): string => `${service}/${id}`;

function causesOf(facts: readonly ToldFact[]): ReadonlyMap<ToldFact, ToldFact[]> {
  const senders = new Map<string, ToldFact[]>();
  for (const fact of facts)
    for (const name of fact.sends ?? []) senders.set(name, [...(senders.get(name) ?? []), fact]);
  const last = new Map<string, ToldFact>();
  const causes = new Map<ToldFact, ToldFact[]>();
  for (const fact of facts) {
    const chain = fact.chain === undefined ? undefined : `${fact.service}/${fact.chain}`;
    const previous = chain === undefined ? undefined : last.get(chain);
    if (chain !== undefined) last.set(chain, fact);
    const sent = (fact.takes ?? []).flatMap((name) => senders.get(name) ?? []);
    causes.set(
      fact,
      [...(previous === undefined ? [] : [previous]), ...sent].filter((cause) => cause !== fact),
    );
  }
  return causes;
}

function compare(a: ToldFact, b: ToldFact): number {
  return (
    Date.parse(a.at) - Date.parse(b.at) ||
    placeOf(a) - placeOf(b) ||
    (a.service < b.service ? -1 : a.service > b.service ? 1 : 0)
  );
}

function placeOf({ service }: ToldFact): number {
  const first = FIRST.indexOf(service);
  if (first >= 0) return first;
  return FIRST.length + (LAST.includes(service) ? 1 : 0);
}
