import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { FACT_SOURCES } from '@tonle/contracts';
import { Directory, type ParticipantBody } from '@tonle/directory';
import { calendarFacts, keyFacts, participantFacts } from './directory-fact.js';

const SEED = new URL('../../../../deploy/sandbox/directory.json', import.meta.url);
const directory = new Directory(
  (JSON.parse(readFileSync(SEED, 'utf8')) as { entries: ConstructorParameters<typeof Directory>[0] }).entries,
);

describe('what the directory tells for reports', () => {
  it('is each network with its calendar, as the list of sources says', () => {
    const facts = calendarFacts(directory);
    expect(facts.map(({ id }) => id)).toEqual(directory.networks().map(({ networkId }) => networkId));
    for (const { body } of facts) FACT_SOURCES['routing.calendar'].body.parse(body);
  });

  it('is each participant with what it may owe, as the list of sources says', () => {
    const facts = participantFacts(directory);
    expect(facts.map(({ id }) => id)).toEqual(
      directory.participants().map(({ participantId }) => participantId),
    );
    for (const { id, body } of facts) {
      FACT_SOURCES['routing.participant'].body.parse(body);
      expect(body.caps).toEqual(directory.participant(id)!.caps);
    }
  });

  it('is each key with its use and its fingerprint, and none for what is no key', () => {
    const { publicKey } = generateKeyPairSync('ed25519');
    const key = {
      ...{ keyId: 'k1', algorithm: 'ed25519' as const },
      ...{ validFrom: '2026-01-01T07:00:00+07:00', validTo: '2027-01-01T00:00:00Z' },
    };
    const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
    const participant = {
      ...{ participantId: 'KHMEKONG', scopes: ['payments', 'ops'] },
      keys: [
        { ...key, publicKeyPem: pem },
        { ...key, keyId: 'k2', publicKeyPem: 'none' },
      ],
    } as unknown as ParticipantBody;
    const facts = keyFacts({ participants: () => [participant] });
    expect(facts).toMatchObject([
      { id: 'KHMEKONG/k1', body: { uses: ['ops', 'payments'], validFrom: '2026-01-01T00:00:00.000Z' } },
      { id: 'KHMEKONG/k2', body: { sha256: null } },
    ]);
    expect(facts[0]!.body.sha256).toMatch(/^[0-9a-f]{64}$/);
    for (const { body } of facts) FACT_SOURCES['routing.key'].body.parse(body);
  });
});
