import { SCHEME_NAMES } from '@tonle/emvqr';
import { findCurrency } from '@tonle/money';
import type { NetworkBody } from '../entry.schema.js';
import { claimed, type DirectoryRule, type InService, type Violations } from './violation.js';

const KNOWN_SCHEMES: ReadonlySet<string> = new Set(SCHEME_NAMES);

/** Networks: who stands for one, which adapter speaks for it, what it pays and how it settles. */
export function* checkNetworks(world: InService, adapters: readonly string[] | undefined): Violations {
  const [byAdapter, byParticipant, byScheme] = [
    new Map<string, string>(),
    new Map<string, string>(),
    new Map<string, string>(),
  ];
  for (const [id, network] of world.networks) {
    const { adapter, participant, side, schemes } = network;
    const wrong = (rule: DirectoryRule, text: string) => ({ rule, entry: `network ${id}`, text });
    if (adapters !== undefined && !adapters.includes(adapter))
      yield wrong('adapter_missing', `there is no adapter ${adapter}; use one of ${adapters.join(', ')}`);
    const speaks = claimed(byAdapter, adapter, id);
    if (speaks !== undefined)
      yield wrong(
        'adapter_twice',
        `${adapter} speaks for network ${speaks}; an adapter speaks for one network only`,
      );
    const stands = claimed(byParticipant, participant, id);
    if (stands !== undefined)
      yield wrong(
        'participant_twice',
        `${participant} represents network ${stands}; positions and windows need one for each`,
      );
    // Abroad, several may pay a code: all are offered. At home there is no choice.
    for (const scheme of side === 'home' ? schemes : []) {
      const pays = claimed(byScheme, scheme, id);
      if (pays !== undefined)
        yield wrong(
          'scheme_twice',
          `network ${pays} pays ${scheme} codes at home too; remove the scheme from one of them`,
        );
    }
    yield* checkReferences(id, network, world);
    yield* checkWords(id, network);
  }
}

function* checkReferences(id: string, { participant, calendar }: NetworkBody, world: InService): Violations {
  const wrong = (rule: DirectoryRule, text: string) => ({ rule, entry: `network ${id}`, text });
  const body = world.participants.get(participant);
  if (body?.kind !== 'network')
    yield wrong(
      'participant_missing',
      `${participant} represents it, but is not an active participant of kind network; add one`,
    );
  else if (body.bic === undefined)
    yield {
      rule: 'bic_missing',
      entry: `participant ${participant}`,
      text: `network ${id} is named by its BIC; add bic`,
    };
  if (!world.calendars.has(calendar))
    yield wrong(
      'calendar_missing',
      `calendar ${calendar} does not exist or has ended; add it, or name another`,
    );
}

/** Words and figures that mean something to the code. */
function* checkWords(id: string, network: NetworkBody): Violations {
  const { settlementMode, rail, currencies, schemes, codeCountries, accounts } = network;
  const wrong = (rule: DirectoryRule, text: string) => ({ rule, entry: `network ${id}`, text });
  if (settlementMode === 'GROSS_RT' && rail === undefined)
    yield wrong('rail_wrong', 'it settles each payment at once (GROSS_RT), but no rail is named; add rail');
  if (settlementMode === 'DEFERRED_NET' && rail !== undefined)
    yield wrong(
      'rail_wrong',
      `it settles by windows (DEFERRED_NET), so rail ${rail} is not used; remove it, or settle GROSS_RT`,
    );
  for (const currency of currencies)
    if (findCurrency(currency) === undefined)
      yield wrong('currency_unknown', `${currency} is not a known currency; correct its code`);
  for (const scheme of schemes)
    if (!KNOWN_SCHEMES.has(scheme))
      yield wrong(
        'scheme_unknown',
        `${scheme} is not a supported QR code scheme; use one of ${SCHEME_NAMES.join(', ')}`,
      );
  for (const scheme of Object.keys(codeCountries ?? {}))
    if (!schemes.includes(scheme))
      yield wrong(
        'scheme_unknown',
        `codeCountries names ${scheme}, which is not one of its schemes; add it there`,
      );
  for (const [what, kind] of [
    ['account', accounts.default],
    ['proxy', accounts.defaultProxy ?? accounts.default],
  ] as const)
    if (!accounts.kinds.includes(kind))
      yield wrong(
        'account_kind_wrong',
        `the default kind of ${what}, ${kind}, is not one of its kinds; use one of ${accounts.kinds.join(', ')}`,
      );
  if (accounts.spelling === undefined)
    yield wrong(
      'account_spelling_missing',
      'it does not say whether letter case tells accounts apart, so that a payer could have several daily limits; ' +
        'add accounts.spelling with letterCase lower, upper or kept',
    );
}
