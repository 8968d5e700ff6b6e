import { readFileSync } from 'node:fs';
import { Approvals } from '@tonle/approval';
import {
  ANSWER_TO,
  writeAcknowledgement,
  writeBankStatement,
  type AcknowledgedStatus,
  type BankFileLine,
  type BankFileStatement,
  type InstructionFormat,
} from '@tonle/bank-files';
import type { DirectoryEntry } from '@tonle/contracts';
import { Directory } from '@tonle/directory';
import { createTestDatabase, type TestDatabase } from '@tonle/persistence';
import { createTestPlatform, type TestPlatform } from '@tonle/platform';
import { InstructionCoverage } from '../instruction/instruction-coverage.js';
import { InstructionMaker } from '../instruction/instruction-maker.js';
import { writeInstructionFile } from '../bank-file/instruction-file.js';
import { insertInstruction } from '../instruction/instruction.store.js';
import { LedgerEntries } from '../ledger/ledger-entries.js';
import { LedgerEntryStore } from '../ledger/ledger-entry.store.js';
import { SETTLEMENT_DATABASE } from '../settlement.service.js';
import type { BankReply, BankWire, SentInstruction } from './bank-wire.js';
import { SettlementBanks } from './settlement-banks.js';

const SEED = new URL('../../../../deploy/sandbox/directory.json', import.meta.url);
const ACCOUNT = '2000300001';
export const OPERATOR = { operator: 'OPERATOR-1', participant: 'OPERATOR', reason: 'asked by the bank' };
/** Friday 27 November 2026, 10:00 in Bangkok. */
const FRIDAY = Date.parse('2026-11-27T10:00:00+07:00');
export const WINDOW = 'THSWITCH-THB-20261126';

const NOTHING: BankReply = { kind: 'none' };
const SILENCE: BankReply = { kind: 'silent', because: 'timeout' };

/** A bank as the tests want it: what it has, and how it answers. */
export class ScriptedBank implements BankWire {
  readonly sent: SentInstruction[] = [];
  readonly statements = new Map<string, Uint8Array>();
  notified: Uint8Array | undefined;
  /** How it answers what is sent, or what it is asked about: by default it is silent. */
  answers = new Map<string, BankReply>();

  send(instruction: SentInstruction): Promise<BankReply> {
    this.sent.push(instruction);
    return Promise.resolve(this.answers.get(`send ${instruction.messageId}`) ?? SILENCE);
  }

  acknowledgement(messageId: string): Promise<BankReply> {
    return Promise.resolve(this.answers.get(messageId) ?? NOTHING);
  }

  statement(currency: string, day: string): Promise<BankReply> {
    const bytes = this.statements.get(`${currency} ${day}`);
    return Promise.resolve(bytes === undefined ? NOTHING : { kind: 'answered', bytes });
  }

  notifications(): Promise<BankReply> {
    return Promise.resolve(
      this.notified === undefined ? NOTHING : { kind: 'answered', bytes: this.notified },
    );
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** Links to real banks. */
export interface WorldLinks {
  readonly settings: Readonly<Record<string, string>>;
  readonly adjust: (entry: DirectoryEntry) => DirectoryEntry;
}

/** An instruction that is not of the usual form. */
export interface InstructedMore {
  readonly bytes?: Uint8Array;
  readonly format?: InstructionFormat;
  readonly valueDate?: string;
}

/** Real: PostgreSQL, windows, instructions and entries. The bank is scripted. */
export class BankWorld {
  private constructor(
    readonly test: TestDatabase,
    readonly platform: TestPlatform,
    readonly bank: ScriptedBank,
    readonly approvals: Approvals,
    readonly coverage: InstructionCoverage,
    readonly maker: InstructionMaker,
    readonly banks: SettlementBanks,
    readonly directory: Directory,
  ) {}

  /** `linked`: over real links by these settings, with what else the directory says; without it to the scripted bank. */
  static async start(name: string, linked?: WorldLinks): Promise<BankWorld> {
    const test = await createTestDatabase(name, 'settlement');
    await test.database.openOrm(SETTLEMENT_DATABASE);
    const platform = createTestPlatform('settlement', test.database, { settings: linked?.settings ?? {} });
    platform.clock.set(FRIDAY);
    const { entries: seed } = JSON.parse(readFileSync(SEED, 'utf8')) as { entries: DirectoryEntry[] };
    const directory = new Directory(seed.map((entry) => linked?.adjust(entry) ?? entry));
    const entries = new LedgerEntries(new LedgerEntryStore(), platform.clock);
    const coverage = new InstructionCoverage(entries, platform.clock);
    const approvals = new Approvals(platform);
    const bank = new ScriptedBank();
    const wires = linked === undefined ? new Map([['THSETTLE', bank]]) : undefined;
    const maker = new InstructionMaker(platform, directory, writeInstructionFile, undefined);
    const banks = new SettlementBanks(platform, directory, approvals, coverage, entries, maker, wires);
    banks.addKinds();
    return new BankWorld(test, platform, bank, approvals, coverage, maker, banks, directory);
  }

  close(): Promise<void> {
    return this.test.drop();
  }

  /** A window of THB that FXNAGA owes and THSWITCH is owed, instructed by number 1. */
  async instruct(
    payMinor: bigint,
    state = 'SENT',
    sequence = 1,
    {
      bytes = Buffer.from(`file ${sequence}`),
      format = 'pacs.009',
      valueDate = '2026-11-27',
    }: InstructedMore = {},
  ): Promise<string> {
    const { database } = this.test;
    const windowId = sequence === 1 ? WINDOW : `${WINDOW}-${sequence}`;
    await database.query(
      `INSERT INTO settlement_window
         (window_id, partner, currency, settlement_mode, day, calendar_version, cut_off_at, state, value_date)
       VALUES ($1, 'THSWITCH', 'THB', 'DEFERRED_NET', $2::date, 2, $3, 'INSTRUCTED', '2026-11-27')`,
      [windowId, `2026-11-${26 - sequence}`, new Date('2026-11-26T16:00:00Z')],
    );
    await database.query(
      "INSERT INTO window_net (window_id, participant, net_minor) VALUES ($1, 'FXNAGA', $2), ($1, 'THSWITCH', $3)",
      [windowId, -payMinor, payMinor],
    );
    const instructionId = this.platform.random.id(FRIDAY);
    const line = (lineNo: number, participant: string, direction: 'pay_in' | 'pay_out') => ({
      ...{ lineNo, participant, direction, amountMinor: payMinor, uetr: this.platform.random.uuid() },
      endToEndId: `THSETTLE-THB-${sequence}-${lineNo}`,
    });
    await database.transaction((transaction) =>
      insertInstruction(
        transaction,
        {
          ...{
            instructionId,
            bank: 'THSETTLE',
            currency: 'THB',
            sequence,
            windowId,
            attempt: 1,
            format,
          },
          ...{
            messageId: messageIdOf(sequence),
            valueDate,
            bytes,
          },
          ...{ sha256: `${sequence}`.repeat(64), signature: null, madeBy: 'OPERATOR' },
          lines: [line(1, 'FXNAGA', 'pay_in'), line(2, 'THSWITCH', 'pay_out')],
        },
        new Date(FRIDAY),
      ),
    );
    await database.query('UPDATE settlement_instruction SET state = $2 WHERE instruction_id = $1', [
      instructionId,
      state,
    ]);
    return instructionId;
  }

  /** The bank has a statement of a day; it follows by number and balance. */
  lay(
    day: string,
    number: number,
    openingMinor: bigint,
    lines: readonly BankFileLine[],
    more: Partial<BankFileStatement> = {},
  ): void {
    const moved = lines.reduce((sum, { amountMinor }) => sum + amountMinor, 0n);
    const closingMinor = openingMinor + moved;
    this.bank.statements.set(
      `THB ${day}`,
      statementBytes({
        kind: 'statement',
        id: `S${number}`,
        number,
        from: day,
        to: day,
        openingMinor,
        closingMinor,
        lines,
        ...more,
      }),
    );
  }

  /** The next morning that statements are due, and all is fetched and placed. */
  async morning(day: string): Promise<void> {
    this.platform.clock.set(Date.parse(`${day}T06:05:00+07:00`));
    await this.banks.fetching.run();
    await this.banks.allocation.run();
  }

  entries(): Promise<string[]> {
    return this.column(
      `SELECT kind || ' ' || debit || ' ' || credit || ' ' || minor AS text FROM ledger_entry ORDER BY due_at, entry_id`,
    );
  }

  breaks(): Promise<string[]> {
    return this.column(
      "SELECT type || ' ' || match_key AS text FROM settlement_break WHERE state = 'OPEN' ORDER BY type, match_key",
    );
  }

  async column(sql: string): Promise<string[]> {
    const rows = await this.test.database.query<{ text: string }>(sql);
    return rows.map(({ text }) => text);
  }
}

export const messageIdOf = (sequence: number): string => `TONLE-THB-${String(sequence).padStart(6, '0')}`;

export const lineOf = (
  id: string,
  amountMinor: bigint,
  endToEndId?: string,
  more: Partial<BankFileLine> = {},
): BankFileLine => ({
  ...{ id, amountMinor, valueDate: '2026-11-27', bookedAt: '2026-11-27', counterparty: 'Somebody' },
  ...(endToEndId !== undefined && { endToEndId }),
  ...more,
});

export function statementBytes(statement: Omit<BankFileStatement, 'account' | 'currency'>): Uint8Array {
  const format = statement.kind === 'statement' ? 'camt.053' : 'camt.054';
  const written = writeBankStatement([{ account: ACCOUNT, currency: 'THB', ...statement }], format);
  if (written.kind === 'refused') throw new Error(JSON.stringify(written.errors));
  return written.bytes;
}

/** What the bank says to an instruction. */
export function acknowledgementOf(
  originalMessageId: string,
  status: AcknowledgedStatus,
  messageId = `A-${originalMessageId}`,
): Uint8Array {
  const written = writeAcknowledgement(
    {
      messageId,
      createdAt: '2026-11-27T03:00:00Z',
      originalMessageId,
      status,
      transfers: [],
      ...(status === 'rejected' && { reason: 'AC04' }),
    },
    ANSWER_TO['pacs.009'],
  );
  if (written.kind === 'refused') throw new Error(JSON.stringify(written.errors));
  return written.bytes;
}
