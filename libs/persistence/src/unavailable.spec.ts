import { describe, expect, it } from '@jest/globals';
import { PreparedNames } from './prepared-names.js';
import {
  classify,
  DatabaseUnavailable,
  isConnectionLoss,
  isRetryable,
  isTransient,
  sqlState,
} from './unavailable.js';

const coded = (code: string) => Object.assign(new Error('x'), { code });

describe('errors of the database', () => {
  it.each(['ECONNREFUSED', 'ECONNRESET', '57P01', '57P03', '08006', '53300', '53100', 'EMFILE'])(
    '%s means later',
    (code) => {
      expect(classify(coded(code))).toBeInstanceOf(DatabaseUnavailable);
    },
  );

  it.each(['23505', '40001', '42P01', '22003'])('%s stays what it is', (code) => {
    const error = coded(code);
    expect(classify(error)).toBe(error);
  });

  it.each([
    ['58P01', 'FATAL', true],
    ['58P01', 'ERROR', true],
    ['XX000', 'FATAL', true],
    ['XX001', 'PANIC', true],
    ['25P03', 'FATAL', true],
    ['XX000', 'ERROR', false],
    ['28P01', 'FATAL', false],
    ['3D000', 'FATAL', false],
  ])(
    '%s that is %s says that the server is away, not that the statement is wrong: %s',
    (code, severity, away) => {
      expect(isConnectionLoss(Object.assign(coded(code), { severity }))).toBe(away);
    },
  );

  it('knows the texts with which pg tells a lost connection, and causes within an aggregate', () => {
    expect(isConnectionLoss(new Error('Connection terminated unexpectedly'))).toBe(true);
    expect(isConnectionLoss(new Error('timeout exceeded when trying to connect'))).toBe(true);
    expect(isConnectionLoss(new Error('There was an error establishing an SSL connection'))).toBe(true);
    expect(isConnectionLoss(new AggregateError([coded('ECONNREFUSED')]))).toBe(true);
    expect(isConnectionLoss(new Error('duplicate key'))).toBe(false);
    expect(isConnectionLoss(undefined)).toBe(false);
  });

  it.each([
    ['57014', true],
    ['55P03', true],
    ['40001', true],
    ['53400', true],
    ['25P03', true],
    ['28P01', true],
    ['57P01', true],
    ['23505', false],
    ['22P05', false],
    ['42P01', false],
  ])('%s is of the house, not of the record: %s', (code, transient) => {
    expect(isTransient(coded(code))).toBe(transient);
  });

  it('repeats transactions after serialisation failures and deadlocks only', () => {
    expect(['40001', '40P01', '23505', 'ECONNRESET'].map((code) => isRetryable(coded(code)))).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect([sqlState(coded('23505')), sqlState(coded('ECONNRESET')), sqlState('x')]).toEqual([
      '23505',
      undefined,
      undefined,
    ]);
  });
});

describe('names of prepared statements', () => {
  it('come with the third use, are stable, differ by text, and fit the server', () => {
    const names = new PreparedNames();
    const uses = (text: string) => [1, 2, 3, 4].map(() => names.nameOf(text));
    const [first, second, third, fourth] = uses('SELECT $1');
    expect([first, second]).toEqual([undefined, undefined]);
    expect(third).toBe(fourth);
    expect(third!.length).toBeLessThan(64);
    expect(uses('SELECT $1 + 1')[3]).not.toBe(third);
  });

  it('are not given to what cannot be prepared, nor to texts without end', () => {
    const names = new PreparedNames();
    for (let n = 0; n < 3; n += 1) expect(names.nameOf('CREATE TABLE t ()')).toBeUndefined();
    for (let n = 0; n < 600; n += 1) names.nameOf(`SELECT ${n}`);
    for (let n = 0; n < 3; n += 1) expect(names.nameOf('SELECT 599')).toBeUndefined();
  });
});
