import { findCurrency } from '@tonle/money';
import { spelled } from '../corridor.js';
import type { ParticipantBody } from '../entry.schema.js';
import { longBic } from '../directory-index.js';
import { claimed, type DirectoryRule, type InService, type Violations } from './violation.js';

const BIC = /^[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?$/;
const MINOR = /^\d{1,18}$/;

/** Banks, networks, FX providers and operators: who they are, what they hold, how they sign. */
export function* checkParticipants(world: InService): Violations {
  yield* checkNames(world);
  for (const [id, participant] of world.participants) {
    const wrong = (rule: DirectoryRule, text: string) => ({ rule, entry: `participant ${id}`, text });
    for (const [currency, minor] of Object.entries(participant.caps)) {
      if (findCurrency(currency) === undefined)
        yield wrong(
          'currency_unknown',
          `caps are in ${currency}, which is not a known currency; correct its code`,
        );
      if (!MINOR.test(minor))
        yield wrong('cap_wrong', `the cap in ${currency} is "${minor}"; use minor units, digits only`);
    }
    for (const { corridor } of participant.stopsAt ?? [])
      if (!world.corridors.has(corridor))
        yield wrong('stop_wrong', `stopsAt names corridor ${corridor}, which is not there; correct its id`);
    for (const { keyId, validFrom, validTo } of participant.keys)
      if (Date.parse(validFrom) >= Date.parse(validTo))
        yield wrong('key_validity_wrong', `key ${keyId} ends before it begins; put validFrom before validTo`);
    yield* checkMembership(id, participant, world);
    yield* checkDeposits(id, participant, world);
    yield* checkSpelling(id, participant, world);
  }
}

/** What finds a participant finds one only. */
function* checkNames({ participants }: InService): Violations {
  const [bics, domains, keys] = [
    new Map<string, string>(),
    new Map<string, string>(),
    new Map<string, string>(),
  ];
  for (const [id, { bic, railDomains, keys: own }] of participants) {
    const entry = `participant ${id}`;
    const twice = (rule: DirectoryRule, what: string, other: string | undefined, remedy: string) =>
      other === undefined
        ? []
        : [{ rule, entry, text: `${what} is ${other === id ? 'here twice' : `also ${other}'s`}; ${remedy}` }];
    if (bic !== undefined && !BIC.test(bic))
      yield {
        rule: 'bic_wrong',
        entry,
        text: `"${bic}" is not a BIC; use 8 or 11 capital letters and digits`,
      };
    if (bic !== undefined)
      yield* twice('bic_twice', `BIC ${bic}`, claimed(bics, longBic(bic), id), 'each has its own');
    for (const domain of railDomains)
      yield* twice(
        'rail_domain_twice',
        `rail domain ${domain}`,
        claimed(domains, domain, id),
        'an account belongs to one bank',
      );
    for (const { keyId } of own)
      yield* twice(
        'key_twice',
        `key id ${keyId}`,
        claimed(keys, keyId, id),
        'a key tells who signs; rename one of them',
      );
  }
}

function* checkMembership(
  id: string,
  { kind, bic, memberOf }: ParticipantBody,
  { networks }: InService,
): Violations {
  const entry = `participant ${id}`;
  const wrong = (text: string) => ({ rule: 'membership_wrong' as const, entry, text });
  if (kind !== 'bank') {
    if (memberOf.length > 0) yield wrong('only a bank is a member of networks; leave memberOf empty');
    return;
  }
  if (bic === undefined)
    yield { rule: 'bic_missing', entry, text: 'a bank is named by its BIC towards networks; add bic' };
  if (memberOf.length === 0)
    yield wrong(
      'a bank that is a member of no network can neither pay nor be paid; name its home network in memberOf',
    );
  for (const member of memberOf) {
    const network = networks.get(member);
    if (network === undefined)
      yield wrong(`it is a member of network ${member}, which does not exist or has ended; correct memberOf`);
    else if (network.side !== 'home')
      yield wrong(
        `it is a member of network ${member}, which is a partner; members are those of a home network`,
      );
  }
}

/** Whoever changes money on a rail that settles at once takes and gives it there. */
function* checkDeposits(
  id: string,
  { kind, bic, railAccounts }: ParticipantBody,
  { networks }: InService,
): Violations {
  if (kind !== 'fx_provider') return;
  const entry = `participant ${id}`;
  for (const { networkId, side, settlementMode, currencies } of networks.values()) {
    if (side !== 'home' || settlementMode !== 'GROSS_RT') continue;
    if (bic === undefined)
      yield {
        rule: 'bic_missing',
        entry,
        text: `an FX provider is named by its BIC on network ${networkId}; add bic`,
      };
    for (const currency of currencies)
      if (railAccounts[currency] === undefined) {
        const text = `it has no ${currency} account on network ${networkId}, where it takes and gives money; add it to railAccounts`;
        yield { rule: 'deposit_account_missing', entry, text };
      }
  }
}

/** Accounts and domains are compared with those that the network writes. */
function* checkSpelling(
  id: string,
  { kind, memberOf, railAccounts, railDomains }: ParticipantBody,
  { networks }: InService,
): Violations {
  const homes = [...networks.values()].filter(
    ({ side, networkId }) => side === 'home' && (kind === 'fx_provider' || memberOf.includes(networkId)),
  );
  for (const written of new Set([...Object.values(railAccounts), ...railDomains])) {
    const [first] = homes;
    if (first === undefined || homes.some((home) => spelled(written, home) === written)) continue;
    const text = `"${written}" is not how network ${first.networkId} writes its accounts; write ${spelled(written, first)}`;
    yield { rule: 'account_spelling_wrong', entry: `participant ${id}`, text };
  }
}
