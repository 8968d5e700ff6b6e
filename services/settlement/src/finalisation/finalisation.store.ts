import type { BankFinalisation } from '@tonle/bank-files';
import type { Directory } from '@tonle/directory';
import type { Queryable, Transaction } from '@tonle/persistence';
import { isMissing, settlementAccountOf, settlementTermsOf } from '../instruction/settlement-terms.js';
import type {
  FinalisationProof,
  FinalisedInstruction,
  FinalisedLine,
  FinalisedWindow,
} from './finalisation.decide.js';

interface NewFinalisation {
  readonly finalisationId: string;
  readonly windowId: string | undefined;
  readonly instructionId: string | undefined;
  readonly sha256: string;
  readonly bytes: Uint8Array;
  readonly proof: FinalisationProof;
  readonly takenBy: string;
}

/**
 * Keeps a file with what speaks against it. One that comes again is held against what is known then, under the id that it has; one
 * that was posted stays as it is, and undefined is answered.
 */
export async function keepFinalisation(
  transaction: Transaction,
  { finalisationId, windowId, instructionId, sha256, bytes, proof, takenBy }: NewFinalisation,
  at: Date,
): Promise<string | undefined> {
  const [row] = await transaction.query<{ finalisationId: string }>(
    `INSERT INTO settlement_finalisation
       (finalisation_id, window_id, instruction_id, sha256, bytes, refusals, warnings, state, taken_by, taken_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
     ON CONFLICT (sha256) DO UPDATE
     SET refusals = excluded.refusals, warnings = excluded.warnings, state = excluded.state,
         window_id = excluded.window_id, instruction_id = excluded.instruction_id
     WHERE settlement_finalisation.state <> 'POSTED'
     RETURNING finalisation_id AS "finalisationId"`,
    [
      ...[finalisationId, windowId ?? null, instructionId ?? null, sha256, Buffer.from(bytes)],
      ...[JSON.stringify(proof.refusals), JSON.stringify(proof.warnings)],
      ...[proof.refusals.length === 0 ? 'PROVEN' : 'REFUSED', takenBy, at],
    ],
  );
  return row?.finalisationId;
}

export async function takenFinalisation(
  transaction: Transaction,
  finalisationId: string,
): Promise<{ readonly bytes: Uint8Array } | undefined> {
  const [row] = await transaction.query<{ bytes: Uint8Array }>(
    `SELECT bytes
     FROM settlement_finalisation
     WHERE finalisation_id = $1 AND state <> 'POSTED'
     FOR UPDATE`,
    [finalisationId],
  );
  return row;
}

export async function markPosted(
  transaction: Transaction,
  finalisationId: string,
  approvalId: string,
  at: Date,
): Promise<void> {
  await transaction.query(
    `UPDATE settlement_finalisation
     SET state = 'POSTED', approval_id = $2, posted_at = $3
     WHERE finalisation_id = $1`,
    [finalisationId, approvalId, at],
  );
}

interface WindowRow {
  readonly windowId: string;
  readonly partner: string;
  readonly currency: string;
  readonly state: string;
  readonly isFinal: boolean;
}

type InstructionRow = Omit<FinalisedInstruction, 'schemeAccount' | 'lines'> & {
  readonly instructionId: string;
};

/** What is known of the window that a file names, its row locked; and of the instruction that counts in it. */
export async function finalisedWindowOf(
  transaction: Transaction,
  file: BankFinalisation,
  directory: Directory,
): Promise<(FinalisedWindow & { readonly instructionId?: string }) | undefined> {
  const [window] = await transaction.query<WindowRow & object>(
    `SELECT window_id AS "windowId", partner, currency, state, finalised_at IS NOT NULL AS "isFinal"
     FROM settlement_window
     WHERE window_id = $1
     FOR UPDATE`,
    [file.windowId],
  );
  if (window === undefined) return undefined;
  const made = await transaction.query<InstructionRow & object>(
    `SELECT instruction_id AS "instructionId", bank, sequence, message_id AS "messageId", sha256, state,
            value_date::text AS "valueDate"
     FROM settlement_instruction
     WHERE window_id = $1 AND sequence IS NOT NULL
     ORDER BY attempt DESC`,
    [window.windowId],
  );
  const [newest] = made;
  const { nets, lines } = await linesAndNets(transaction, window.windowId);
  const known: FinalisedWindow = {
    ...{ windowId: window.windowId, currency: window.currency, isFinal: window.isFinal, nets },
    isSettled: window.state === 'SETTLED',
    coveredBefore: coveredBefore(lines, newest?.instructionId),
  };
  if (newest === undefined) return known;
  const statementMinor = await closingOf(transaction, newest.bank, window.currency, file.valueDate);
  const instruction = { ...newest, ...accountsOf(directory, window, newest, lines) };
  return {
    ...{ ...known, instruction, instructionId: newest.instructionId },
    ...(statementMinor !== undefined && { statementMinor }),
  };
}

type LineRow = Omit<FinalisedLine, 'account'> & { readonly instructionId: string };

async function linesAndNets(
  transaction: Transaction,
  windowId: string,
): Promise<{ nets: FinalisedWindow['nets']; lines: LineRow[] }> {
  const nets = await transaction.query<{ participant: string; netMinor: bigint }>(
    'SELECT participant, net_minor AS "netMinor" FROM window_net WHERE window_id = $1',
    [windowId],
  );
  const lines = await transaction.query<LineRow & object>(
    `SELECT instruction_id AS "instructionId", end_to_end_id AS "endToEndId", participant, direction,
            amount_minor AS "amountMinor", covered_minor AS "coveredMinor"
     FROM settlement_instruction_line
     WHERE window_id = $1
     ORDER BY line_no`,
    [windowId],
  );
  return { nets, lines };
}

function coveredBefore(lines: readonly LineRow[], newest: string | undefined): Map<string, bigint> {
  const covered = new Map<string, bigint>();
  for (const { instructionId, participant, direction, coveredMinor } of lines) {
    if (instructionId === newest || coveredMinor === 0n) continue;
    const minor = direction === 'pay_in' ? -coveredMinor : coveredMinor;
    covered.set(participant, (covered.get(participant) ?? 0n) + minor);
  }
  return covered;
}

function accountsOf(
  directory: Directory,
  window: WindowRow,
  { bank, instructionId }: InstructionRow,
  lines: readonly LineRow[],
): Pick<FinalisedInstruction, 'schemeAccount' | 'lines'> {
  const terms = settlementTermsOf(directory, window);
  const accountOf = (participant: string) => {
    const account = settlementAccountOf(directory, participant, window.currency, bank);
    return isMissing(account) ? account.what : account.account;
  };
  return {
    schemeAccount: isMissing(terms) ? terms.what : terms.schemeAccount,
    lines: lines
      .filter((line) => line.instructionId === instructionId)
      .map((line) => ({ ...line, account: accountOf(line.participant) })),
  };
}

/** The closing balance of a day by the statement that counts. */
async function closingOf(
  database: Queryable,
  bank: string,
  currency: string,
  day: string,
): Promise<bigint | undefined> {
  const [row] = await database.query<{ closingMinor: bigint }>(
    `SELECT s.closing_minor AS "closingMinor"
     FROM bank_statement s
     WHERE s.bank = $1 AND s.currency = $2 AND s.day = $3::date AND s.kind = 'statement'
       AND NOT EXISTS (SELECT 1 FROM bank_statement later WHERE later.replaces = s.statement_id)`,
    [bank, currency, day],
  );
  return row?.closingMinor;
}
