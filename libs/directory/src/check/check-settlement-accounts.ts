import { findCurrency } from '@tonle/money';
import type { NetworkBody, ParticipantBody } from '../entry.schema.js';
import { prefundReference } from '../prefund-reference.js';
import { claimed, type DirectoryRule, type InService, type Violations } from './violation.js';

/** Banks that windows are paid at, the accounts of participants there, and which network settles at which bank. */
export function* checkSettlementAccounts(world: InService): Violations {
  const holders = new Map<string, string>();
  for (const [id, participant] of world.participants) yield* checkBank(id, participant, world, holders);
  const references = new Map<string, string>();
  for (const [id, participant] of world.participants) {
    yield* checkAccounts(id, participant, world, holders);
    yield* checkReference(id, participant, references);
  }
  for (const [id, network] of world.networks) yield* checkSettles(id, network, world);
}

function* checkBank(
  id: string,
  { kind, bic, bank }: ParticipantBody,
  { calendars }: InService,
  holders: Map<string, string>,
): Violations {
  if (bank === undefined) return;
  const wrong = (text: string) => ({ rule: 'bank_wrong' as const, entry: `participant ${id}`, text });
  if (kind !== 'settlement_bank')
    yield wrong(`only a settlement bank pays windows; take bank out, or make its kind settlement_bank`);
  if (bic === undefined && bank.instruction !== 'csv')
    yield wrong(`${bank.instruction} names the bank by its BIC; add bic`);
  if (!calendars.has(bank.calendar))
    yield wrong(`its calendar ${bank.calendar} does not exist or has ended; add it, or name another`);
  if (Object.keys(bank.accounts).length === 0)
    yield wrong('it holds no account of the scheme; add one for each currency to bank.accounts');
  yield* unknownCurrencies(`participant ${id}`, 'bank.accounts', Object.keys(bank.accounts));
  for (const [currency, account] of Object.entries(bank.accounts))
    claimed(holders, placeOf(id, currency, account), 'the scheme');
}

function* checkAccounts(
  id: string,
  { settlementAccounts = {}, reports }: ParticipantBody,
  { participants }: InService,
  holders: Map<string, string>,
): Violations {
  const entry = `participant ${id}`;
  const wrong = (text: string) => ({ rule: 'settlement_account_wrong' as const, entry, text });
  yield* unknownCurrencies(entry, 'settlementAccounts', Object.keys(settlementAccounts));
  yield* unknownCurrencies(entry, 'reports.accountReports', reports?.accountReports ?? []);
  yield* unknownCurrencies(entry, 'reports.creditNotifications', reports?.creditNotifications ?? []);
  for (const [currency, { bank, account }] of Object.entries(settlementAccounts)) {
    // A bank that is not here yet may come with a network that is added: what settles there is checked with the network.
    const there = participants.get(bank);
    if (there !== undefined && there.bank?.accounts[currency] === undefined)
      yield wrong(
        `its ${currency} account is at ${bank}, where the scheme has none; name another bank, or add the scheme's account there`,
      );
    const holder = claimed(holders, placeOf(bank, currency, account), id);
    if (holder !== undefined)
      yield wrong(`account ${account} at ${bank} is also that of ${holder}; an account has one holder`);
  }
}

/** Money that is paid in is known by its reference alone. */
function* checkReference(
  id: string,
  { settlementAccounts }: ParticipantBody,
  references: Map<string, string>,
): Violations {
  if (settlementAccounts === undefined) return;
  const wrong = (text: string) => ({
    rule: 'settlement_account_wrong' as const,
    entry: `participant ${id}`,
    text,
  });
  const reference = prefundReference(id);
  if (reference === undefined)
    yield wrong('its id has over 19 letters and digits, so that no payment reference (RF) can be made of it');
  const other = reference === undefined ? undefined : claimed(references, reference, id);
  if (other !== undefined) yield wrong(`payments in for it have the same reference as those for ${other}`);
}

function* checkSettles(
  id: string,
  { settles, settlementMode, currencies, participant }: NetworkBody,
  { participants }: InService,
): Violations {
  const wrong = (text: string) => ({ rule: 'settles_wrong' as const, entry: `network ${id}`, text });
  for (const [currency, { bank }] of Object.entries(settles ?? {})) {
    if (settlementMode !== 'DEFERRED_NET')
      yield wrong(
        'it settles each payment at once (GROSS_RT), so no bank pays its windows; take settles out',
      );
    if (!currencies.includes(currency))
      yield wrong(`settles names ${currency}, which is not one of its currencies; correct it`);
    if (participants.get(bank)?.bank?.accounts[currency] === undefined)
      yield wrong(
        `${bank} is no settlement bank with an account of the scheme in ${currency}; name another, or add bank.accounts there`,
      );
    if (participants.get(participant)?.settlementAccounts?.[currency] === undefined)
      yield wrong(`${participant} has no ${currency} account at ${bank}; add it to its settlementAccounts`);
    for (const [holder, { settlementAccounts }] of participants) {
      const account = settlementAccounts?.[currency];
      if (account !== undefined && account.bank !== bank)
        yield wrong(
          `its windows in ${currency} are paid at ${bank}, but ${holder} has its account at ${account.bank}; name the same bank`,
        );
    }
  }
}

function* unknownCurrencies(entry: string, where: string, currencies: readonly string[]): Violations {
  for (const currency of currencies)
    if (findCurrency(currency) === undefined) {
      const rule: DirectoryRule = 'currency_unknown';
      yield {
        rule,
        entry,
        text: `${where} names ${currency}, which is not a known currency; correct its code`,
      };
    }
}

const placeOf = (bank: string, currency: string, account: string): string => `${bank} ${currency} ${account}`;
