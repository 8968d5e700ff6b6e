import { describe, expect, it } from '@jest/globals';
import { Directory } from '@tonle/directory';
import { directoryEntries } from '../testing/directory-entries.js';
import { statesOf, unknownOperator, unmatchable } from './payment-search.decide.js';

const NOW = Date.parse('2026-11-28T09:00:00Z');
const directory = new Directory(directoryEntries(NOW).entries);
const search = (asked: object) => unmatchable({ limit: 10, ...asked }, directory, NOW);

describe('a search', () => {
  it('is for the states that are meant', () => {
    expect(statesOf({})).toBeUndefined();
    expect(statesOf({ state: 'completed' })).toEqual(['COMPLETED']);
    expect(statesOf({ step: 'COMPLETED' })).toEqual(['COMPLETED']);
    expect(statesOf({ step: 'COMPLETED', state: 'failed' })).toEqual([]);
  });

  it.each([
    [{}],
    [{ corridor: 'KH-TH', participant: 'KHMEKONG', step: 'COMPLETED', state: 'completed' }],
    [{ from: '2026-11-28T08:00:00Z', until: '2026-11-28T08:00:01Z' }],
  ])('may find something: %j', (asked) => expect(search(asked)).toBeUndefined());

  it.each([
    [{ corridor: 'KH-XX' }, '/corridor', /^Known corridors: .*KH-TH/],
    [{ participant: 'khmekong' }, '/participant', /^Known: .*KHMEKONG/],
    [{ from: '2026-11-28T09:00:01Z' }, '/from', /future/],
    [{ step: 'COMPLETED', state: 'failed' }, '/step', /A payment in COMPLETED is never failed/],
  ])('cannot find anything: %j', (asked, path, message) => {
    expect(search(asked)).toMatchObject({ errors: [{ path, message: expect.stringMatching(message) }] });
  });
});

it('of deeds is for an operator that there is, or was', () => {
  const operators = directory.participants().filter(({ scopes }) => scopes.includes('ops'));
  const { keyId } = operators[0]!.keys[0]!;
  expect(unknownOperator(undefined, directory)).toBeUndefined();
  expect(unknownOperator(keyId, directory)).toBeUndefined();
  expect(unknownOperator('NOBODY-1', directory)).toMatchObject({
    errors: [{ path: '/operator', message: expect.stringContaining(keyId) }],
  });
});
