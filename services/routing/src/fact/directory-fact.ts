import { createHash, createPublicKey } from 'node:crypto';
import type { FactBody } from '@tonle/contracts';
import type { Directory } from '@tonle/directory';

/** Participants with what they may owe, by participant. Pure. */
export function participantFacts(
  directory: Pick<Directory, 'participants'>,
): { readonly id: string; readonly body: FactBody<'routing.participant'> }[] {
  return directory.participants().map(({ participantId, kind, country, caps }) => ({
    id: participantId,
    body: { participant: participantId, kind, country: country ?? null, caps: { ...caps } },
  }));
}

/** Keys of participants that have not ended, by participant and key. Pure. */
export function keyFacts(
  directory: Pick<Directory, 'participants'>,
): { readonly id: string; readonly body: FactBody<'routing.key'> }[] {
  return directory.participants().flatMap(({ participantId, scopes, keys }) =>
    keys.map(({ keyId, algorithm, publicKeyPem, validFrom, validTo }) => ({
      id: `${participantId}/${keyId}`,
      body: {
        ...{ participant: participantId, keyId, algorithm, uses: [...scopes].sort() },
        sha256: fingerprintOf(publicKeyPem),
        validFrom: new Date(validFrom).toISOString(),
        validTo: new Date(validTo).toISOString(),
      },
    })),
  );
}

/** Calendars of networks, by network. Pure. */
export function calendarFacts(
  directory: Pick<Directory, 'networks'>,
): { readonly id: string; readonly body: FactBody<'routing.calendar'> }[] {
  return directory.networks().map(({ networkId, participant, countries, currencies, calendar }) => ({
    id: networkId,
    body: {
      ...{ network: networkId, participant, countries: [...countries], currencies: [...currencies] },
      ...{ calendar: calendar.calendarId, version: calendar.version, cutOff: calendar.cutOff },
      utcOffsetMinutes: calendar.utcOffsetMinutes,
      holidays: [...calendar.holidays].sort(),
      holidaysUntil: calendar.holidaysUntil ?? null,
      holidaysSource: calendar.holidaysSource ?? null,
    },
  }));
}

function fingerprintOf(pem: string): string | null {
  try {
    const der = createPublicKey(pem).export({ type: 'spki', format: 'der' });
    return createHash('sha256').update(der).digest('hex');
  } catch {
    return null;
  }
}
