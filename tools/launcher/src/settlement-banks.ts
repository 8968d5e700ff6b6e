import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CalendarBody, ParticipantBody } from '@tonle/directory';
import { currency } from '@tonle/money';
import { ROOT, type Layout } from './layout.js';
import type { SandboxDirectory } from './world.js';

// The simulated settlement banks are those of the directory: what it says of their accounts, forms and days holds for both sides.

/** What the directory does not say. */
interface BanksFile {
  /** On each participant's account when the books are opened, in major units; `openings` by currency. */
  readonly opening: string;
  readonly openings: Readonly<Record<string, string>>;
}

/** Of the directory's opening funds what is read here; money on a rail is at no bank. */
interface OpeningFund {
  readonly bank?: string;
  readonly currency: string;
  readonly amountMinor: string;
}

/** In the home folder. */
export const BANKS_FILE = 'banks.json';
const WITHOUT_BIC = 'XXXXXXXXXXX';

/** The list that the sandbox opens its banks by. */
export function settlementBanks({ entries, openingFunds }: SandboxDirectory): unknown[] {
  const file = JSON.parse(readFileSync(join(ROOT, 'deploy/sandbox/banks.json'), 'utf8')) as BanksFile;
  const participants = entries.flatMap(({ kind, body }) =>
    kind === 'participant' ? [body as ParticipantBody] : [],
  );
  const calendarOf = (id: string): Pick<CalendarBody, 'utcOffsetMinutes' | 'holidays'> => {
    const found = entries.find((entry) => entry.kind === 'calendar' && entry.id === id);
    if (found === undefined)
      throw new RangeError(`a bank keeps calendar ${id}, which is not in the directory`);
    return found.body as CalendarBody;
  };
  return participants.flatMap(({ participantId, name, bic = WITHOUT_BIC, bank }) => {
    if (bank === undefined) return [];
    const { utcOffsetMinutes, holidays } = calendarOf(bank.calendar);
    const currencies = Object.entries(bank.accounts).map(([code, scheme]) => {
      const accounts = participants.flatMap(
        ({ participantId: participant, name: holder, settlementAccounts }) => {
          const kept = settlementAccounts?.[code];
          if (kept?.bank !== participantId) return [];
          return [[kept.account, { participant, name: holder, opening: openingOf(code, file) }] as const];
        },
      );
      const schemeOpening = schemeOpeningOf(openingFunds as readonly OpeningFund[], participantId, code);
      return [code, { scheme, schemeOpening, accounts: Object.fromEntries(accounts) }] as const;
    });
    return {
      id: participantId,
      ...{ name, bic, mark: participantId.slice(0, 2) },
      ...{ instruction: bank.instruction, statement: bank.statement, utcOffsetMinutes, holidays },
      currencies: Object.fromEntries(currencies),
    };
  });
}

/** Minor units that the ledger begins with at this bank: there they are, so that both begin equal. */
function schemeOpeningOf(funds: readonly OpeningFund[], bank: string, code: string): string {
  return funds
    .reduce(
      (sum, each) => (each.bank === bank && each.currency === code ? sum + BigInt(each.amountMinor) : sum),
      0n,
    )
    .toString();
}

/** Minor units. */
function openingOf(code: string, { opening, openings }: BanksFile): string {
  return (BigInt(openings[code] ?? opening) * 10n ** BigInt(currency(code).scale)).toString();
}

/** Settings under which the banks listen and settlement finds each of them; after the world is prepared. */
export function bankSettings({ home, ports }: Layout): Record<string, string> {
  const file = join(home, BANKS_FILE);
  const pki = (name: string): string => join(home, 'pki', name);
  const tls = {
    authority: pki('ca.crt'),
    certificate: pki('tonle-client.crt'),
    key: pki('tonle-client.key'),
  };
  const banks = JSON.parse(readFileSync(file, 'utf8')) as readonly { readonly id: string }[];
  const links = banks.map(({ id }) => [id, { url: `https://127.0.0.1:${ports.banks}/${id}`, ...tls }]);
  return {
    TONLE_SANDBOX_BANKS_PORT: String(ports.banks),
    TONLE_SANDBOX_BANKS_FILE: file,
    TONLE_SETTLEMENT_BANKS: JSON.stringify(Object.fromEntries(links)),
  };
}
