import { describe, expect, it } from '@jest/globals';
import { isoProfile } from './profile.js';
import { LAGOON, LAGOON_FILE } from './profile.testing.js';

describe('a profile', () => {
  it('needs to say only what differs from the standard', () => {
    expect(LAGOON).toMatchObject({
      signature: 'http',
      agents: { by: 'bic' },
      paths: { payment: '/iso20022/pacs.008' },
      answers: { statuses: { ACCC: 'accepted' }, notFound: 'AG09' },
      payees: { refusals: { BE23: 'payee_unknown' } },
      statement: { kind: 'camt.053', path: '/statements/camt.053?day={day}' },
      inbound: { acceptanceMs: 55_000, notFoundFinalMs: 60_000 },
    });
  });

  const { versions, payees } = LAGOON_FILE;
  it.each<[string, object, string]>([
    ['an unknown word', { colour: 'blue' }, 'colour'],
    ['an id that cannot name a service', { id: 'The Lagoon' }, 'id'],
    [
      'a version that is not written here',
      { versions: { ...versions, payment: 'pacs.008.001.99' } },
      'pacs.008',
    ],
    ['a version of another message', { versions: { ...versions, enquiry: 'pacs.008.001.08' } }, 'pacs.028'],
    ['a status of no code set', { answers: { statuses: { DONE: 'accepted' } } }, 'DONE'],
    ['a reason of no code set', { payees: { ...payees, refusals: { ZZ99: 'payee_unknown' } } }, 'ZZ99'],
    ['a reason that we do not have', { payees: { ...payees, refusals: { BE23: 'gone' } } }, 'BE23'],
    ['a broken pattern', { payees: { accounts: [{ type: 'MBNO', form: '(' }] } }, 'form'],
    ['nobody to pay', { payees: { accounts: [] } }, 'accounts'],
    ['codes without a path', { payees: { ...payees, codes: { path: 'codes' } } }, 'path'],
    ['a statement of no day', { statement: { kind: 'camt.053', path: '/statements' } }, 'path'],
    ['a not-found that is believed too early', { inbound: { acceptanceMs: 60_000 } }, 'acceptanceMs'],
  ])('is refused with %s', (_name, more, where) => {
    const read = isoProfile.safeParse({ ...LAGOON_FILE, ...more });
    expect(read.success).toBe(false);
    expect(JSON.stringify(read.error?.issues)).toContain(where);
  });
});
