import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { refused, type Reason } from '@tonle/contracts';
import type { ParticipantBody } from '@tonle/directory';
import { MemoryState, type SharedState } from '@tonle/messaging';
import { LookupBudget } from './lookup-budget.js';
import type { LookupUseCounter } from './lookup-use.js';

const found = { kind: 'found' } as const;
const terms = { burst: 30, perSecond: 0.001, perPayment: 2 };
const directory = {
  participantIncludingEnded: (id: string) =>
    ({ kind: 'bank', ...(id === 'BANK' ? { lookups: terms } : {}) }) as ParticipantBody,
};
const uses: string[] = [];
const use = {
  asked: (participant: string, outcome: string) => uses.push(`${participant} ${outcome}`),
  paid: (participant: string) => uses.push(`${participant} paid`),
} as unknown as LookupUseCounter;

let shared: MemoryState;
let budget: LookupBudget;
const open = (state: SharedState = shared) => new LookupBudget(state, directory, use);
beforeEach(() => {
  uses.length = 0;
  shared = new MemoryState();
  budget = open();
});
afterEach(() => budget.close());

/** How many of so many lookups are served. */
async function served(
  times: number,
  by = budget,
  answer: () => Promise<{ kind: string }> = async () => found,
) {
  let count = 0;
  for (let n = 0; n < times; n += 1) {
    await by.within('BANK', () => {
      count += 1;
      return answer();
    });
  }
  return count;
}
const saying = (reason: Reason) => async () => refused(reason);

describe('a budget of lookups', () => {
  it('serves what is in it, and then says when to come again', async () => {
    expect(await served(600)).toBe(30);
    const refusal = await budget.within('BANK', async () => found);
    expect(refusal).toMatchObject({
      kind: 'refused',
      reason: 'lookups_exhausted',
      retryAfterS: expect.any(Number),
    });
    expect(refusal).toHaveProperty('detail', expect.stringContaining('30 at once'));
    expect(uses.filter((each) => each === 'BANK refused')).toHaveLength(571);
  });

  it('takes three for who is not found: guessing is dear', async () => {
    expect(await served(600, budget, saying('payee_unknown'))).toBe(10);
    expect(uses.filter((each) => each === 'BANK notFound')).toHaveLength(10);
  });

  it('takes nothing where nobody answered', async () => {
    expect(await served(100, budget, saying('partner_silent'))).toBe(100);
    const broken = () => Promise.reject(new Error('away'));
    for (let n = 0; n < 100; n += 1) await expect(budget.within('BANK', broken)).rejects.toThrow('away');
    expect(await served(40)).toBe(30);
  });

  it('is given back by payments, never above what may be asked at once', async () => {
    await budget.paid('BANK');
    expect(await served(40)).toBe(30);
    for (let n = 0; n < 4; n += 1) await budget.paid('BANK');
    expect(await served(40)).toBe(8);
  });

  it('is one for all instances, and each participant has its own', async () => {
    const other = open();
    expect((await served(20)) + (await served(20, other))).toBe(30);
    expect(await budget.within('OTHER', async () => found)).toEqual(found);
    await other.close();
  });
});

describe('without shared state', () => {
  it('an instance keeps to the budget alone, and remembers what it gave before', async () => {
    let isAway = false;
    const flaky = open(
      Object.assign(Object.create(shared) as MemoryState, {
        spend: async (...asked: Parameters<MemoryState['spend']>) =>
          isAway ? undefined : shared.spend(...asked),
      }),
    );
    expect(await served(20, flaky)).toBe(20);
    isAway = true;
    expect(await served(600, flaky)).toBe(10);
    isAway = false;
    await flaky.close();
  });
});
