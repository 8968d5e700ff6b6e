import { counted, type AuditFinding } from '@tonle/contracts';
import { minorText } from '@tonle/money';
import type { BankHolding, Holdings, RailHolding, SuspenseHolding } from './holding.js';

/**
 * What a bank holds by its newest statement and the lines that it told since, less what the ledger says: zero when each line is booked,
 * or on its way there. Pure.
 */
export function bankDifference(holding: BankHolding): bigint {
  const { closingMinor, laterMinor, ledgerMinor, underwayMinor, laterUnderwayMinor } = holding;
  return closingMinor + laterMinor - ledgerMinor - underwayMinor - laterUnderwayMinor;
}

/** The same of its statements alone: what was told since is left out on both sides, so that it stands for ever. Pure. */
export function statedDifference(holding: BankHolding): bigint {
  return holding.closingMinor - statedLedgerOf(holding);
}

/**
 * What a rail says that an account holds, less what the ledger has and will have, or lacks by lines that are known one by one; undefined where
 * the rail tells no balance. Pure.
 */
export function railDifference({ closingMinor, ledgerMinor, openMinor }: RailHolding): bigint | undefined {
  if (closingMinor === null || ledgerMinor === null || openMinor === null) return undefined;
  return closingMinor - ledgerMinor - openMinor;
}

/** Open items and what was booked beside them, against SUSPENSE. Pure. */
export function suspenseDifference(holding: SuspenseHolding): bigint {
  const { itemsMinor, underwayMinor, othersMinor, ledgerMinor } = holding;
  return itemsMinor - underwayMinor + othersMinor - ledgerMinor;
}

/** What the ledger has, or will have, of the lines of statements. */
const statedLedgerOf = ({ ledgerMinor, laterBookedMinor, underwayMinor }: BankHolding): bigint =>
  ledgerMinor - laterBookedMinor + underwayMinor;

/** What the auditor says of it. */
export function holdingFindings({ banks, rails, suspense }: Holdings): AuditFinding[] {
  const told = rails.filter((holding) => railDifference(holding) !== undefined);
  return [
    findingOf('I25 a rail that tells its balances holds what the ledger says is there', told, railWords),
    findingOf('I25 a bank holds what the ledger says is there', banks, bankWords),
    findingOf('I25 SUSPENSE is what its open items and breaks add up to', suspense, suspenseWords),
  ];
}

/** What is wrong by the statements, in a fixed order: what a close looks at. */
export function holdingProblems({ banks, rails, suspense }: Holdings): string[] {
  return [
    ...rails.flatMap((holding) => railWords(holding) ?? []),
    ...banks.flatMap((holding) => {
      const { bank, currency, day, closingMinor } = holding;
      const difference = statedDifference(holding);
      if (difference === 0n) return [];
      const [held, booked, more] = [closingMinor, statedLedgerOf(holding), difference].map((minor) =>
        minorText(minor, currency),
      );
      return [
        `${bank} holds ${held} by its statement of ${day}, the ledger says ${booked}: ${more}${refusedWords(holding)}`,
      ];
    }),
    ...suspense.flatMap((holding) => suspenseWords(holding) ?? []),
  ];
}

function railWords(holding: RailHolding): string | undefined {
  const { code, currency, day, closingMinor, ledgerMinor, openMinor, openLines } = holding;
  const difference = railDifference(holding);
  if (difference === undefined || difference === 0n) return undefined;
  const [held, booked, more] = [closingMinor!, ledgerMinor! + openMinor!, difference].map((minor) =>
    minorText(minor, currency),
  );
  const lines = openLines === 0 ? '' : ` with ${counted(openLines, 'line')} that it lacks`;
  return `the rail holds ${held} by its statement of ${day}, ${code} says ${booked}${lines}: ${more}`;
}

function bankWords(holding: BankHolding): string | undefined {
  const { bank, currency, day, closingMinor, laterMinor, ledgerMinor, underwayMinor, laterUnderwayMinor } =
    holding;
  const difference = bankDifference(holding);
  if (difference === 0n) return undefined;
  const held = minorText(closingMinor + laterMinor, currency);
  const booked = minorText(ledgerMinor + underwayMinor + laterUnderwayMinor, currency);
  const told = laterMinor === 0n ? '' : ' and what it told since';
  return (
    `${bank} holds ${held} by its statement of ${day}${told}, the ledger says ${booked}: ` +
    `${minorText(difference, currency)}${refusedWords(holding)}`
  );
}

function suspenseWords(holding: SuspenseHolding): string | undefined {
  const { currency } = holding;
  const difference = suspenseDifference(holding);
  if (difference === 0n) return undefined;
  const more = minorText(difference, currency);
  return `open items differ from SUSPENSE:${currency} by ${more}${refusedWords(holding)}`;
}

const refusedWords = ({ refused }: { readonly refused: number }): string =>
  refused === 0 ? '' : `; ${refused} refused by the ledger`;

function findingOf<Holding>(
  invariant: string,
  holdings: readonly Holding[],
  wordsOf: (holding: Holding) => string | undefined,
): AuditFinding {
  const violations = holdings.flatMap((each) => wordsOf(each) ?? []);
  return { invariant, ok: violations.length === 0, checked: holdings.length, violations };
}
