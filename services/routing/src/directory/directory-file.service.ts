import { openApproval, type Approvals } from '@tonle/approval';
import type { DirectoryEntry } from '@tonle/contracts';
import type { DirectoryStore } from '@tonle/directory';
import type { AccountCode } from '@tonle/ledger';
import type { Transaction } from '@tonle/persistence';
import { isSandbox, type Platform } from '@tonle/platform';
import { z } from 'zod';
import type { OperatorStore } from '../operator/operator.store.js';
import type { PaymentCommit } from '../payment/payment-commit.js';
import type { TransferStore } from '../reservation/transfer.store.js';
import { readSettings } from '../routing.settings.js';
import { adaptersThatExist } from './adapters.js';
import type { CurrentDirectory } from './current-directory.js';
import { changeWarnings, contentHash, operatorsOf, shownChanges } from './change-proposal.decide.js';
import type { DirectoryAppend } from './directory-append.js';
import type { DirectoryChangeKind } from './directory-change.kind.js';
import { decideFile, type FileDecision } from './directory-file.decide.js';
import {
  openingAccount,
  openingChain,
  openingMoves,
  readDirectoryFile,
  type DirectoryFile,
} from './directory-file.js';

/** The file cannot be what a first directory starts from. The message has a line for each reason. */
class DirectoryFileRefused extends Error {
  constructor(path: string, reasons: readonly string[]) {
    super(`the directory file ${path} is refused:\n${reasons.map((reason) => `- ${reason}`).join('\n')}`);
    this.name = 'DirectoryFileRefused';
  }
}

type FileRefusal = Extract<FileDecision, { kind: 'refused' }>;
type TakenFile = Extract<FileDecision, { kind: 'take' }>;
type FileOutcome =
  FileDecision | { readonly kind: 'waits'; readonly approval: string; readonly entries: readonly string[] };

/** Nobody's: a file does not prove who wrote it (record 49). No participant has this id. */
const MAKER = { operator: 'directory file', participant: 'directory file' };
const FILE_TARGET = 'directory file';
const OPERATORS_LEAST = 2;

const FIRST = { by: 'directory file', reason: 'first start' };

/** What the directory is kept with. */
interface DirectoryParts {
  readonly store: DirectoryStore;
  readonly current: CurrentDirectory;
  readonly append: DirectoryAppend;
  readonly operators: OperatorStore;
  readonly transfers: TransferStore;
}

/** Takes the file of the settings into the directory: whole, recorded as an operator's act, or not at all. */
export class DirectoryFileService {
  constructor(
    private readonly platform: Platform,
    private readonly commit: PaymentCommit,
    private readonly directory: DirectoryParts,
    private readonly approvals: Approvals,
    private readonly kind: DirectoryChangeKind,
  ) {}

  /**
   * Throws DirectoryFileRefused where there is no directory yet; where there is one it goes on, and a warning tells. What needs others
   * waits for them, as one proposal; the file that does not say it any more withdraws it.
   */
  async take(path: string): Promise<FileOutcome['kind']> {
    const outcome = await this.decide(await this.read(path));
    await this.directory.current.reload();
    const { log } = this.platform.telemetry;
    if (outcome.kind === 'waits') {
      const { approval, entries } = outcome;
      log.warn({ file: path, approval, entries }, 'the directory file waits for operators to approve it');
      return outcome.kind;
    }
    if (outcome.kind !== 'refused') return outcome.kind;
    const { reasons } = outcome;
    if (this.directory.current.get().entries.length === 0) throw new DirectoryFileRefused(path, reasons);
    const said =
      'the directory file was not taken: nothing of it was applied, and the directory is unchanged';
    log.warn({ file: path, reasons }, said);
    return 'refused';
  }

  private async read(path: string): Promise<DirectoryFile | FileRefusal> {
    try {
      return await readDirectoryFile(path);
    } catch (error) {
      const reasons =
        error instanceof z.ZodError
          ? error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}; correct it`)
          : [`it cannot be read: ${(error as Error).message}; correct it`];
      return { kind: 'refused', reasons };
    }
  }

  private async decide(file: DirectoryFile | FileRefusal): Promise<FileOutcome> {
    if ('kind' in file) {
      await this.withdraw();
      return file;
    }
    const { database, clock } = this.platform;
    const outcome = await database.transaction(async (transaction): Promise<FileOutcome> => {
      await this.approvals.lockOpen(transaction, this.kind, FILE_TARGET);
      await this.directory.store.lock(transaction);
      const stored = await this.directory.store.versions(transaction);
      const decided = decideFile(file, {
        stored,
        posted: await this.postedFunds(transaction, file),
        adapters: this.adapters(),
        nowMs: clock.now(),
      });
      if (decided.kind !== 'take') return decided;
      if (this.needsOthers(decided, await this.directory.store.newest(transaction)))
        return this.propose(transaction, decided);
      await this.directory.append.fromFile(transaction, decided.entries, decided.change);
      return decided;
    });
    if (outcome.kind === 'first') await this.begin(file);
    if (outcome.kind !== 'waits') await this.withdraw();
    return outcome;
  }

  /** A directory in which nobody could approve takes what it is given: else there would never be anybody. */
  private needsOthers({ changes }: TakenFile, newest: readonly DirectoryEntry[]): boolean {
    const { settings, clock, telemetry } = this.platform;
    if (changes.every(({ restricts }) => restricts)) return false;
    if (isSandbox(settings) && !readSettings(settings).TONLE_DIRECTORY_APPROVAL) return false;
    const operators = operatorsOf(newest, clock.now());
    if (operators.length >= OPERATORS_LEAST) return true;
    telemetry.log.warn(
      { operators },
      'the directory file is taken unapproved: fewer than two could approve it',
    );
    return false;
  }

  private async propose(
    transaction: Transaction,
    { entries, change, changes }: TakenFile,
  ): Promise<FileOutcome> {
    const payload = { change, entries: [...entries] };
    const proposed = await this.approvals.propose(transaction, this.kind, {
      payload,
      target: FILE_TARGET,
      ...MAKER,
      ...shownChanges(changes),
      warnings: changeWarnings(changes),
      evidence: `the file says it is by ${change.by}; content sha256 ${contentHash(payload)}`,
      reason: change.reason,
    });
    if (proposed.kind === 'refused')
      return { kind: 'refused', reasons: [`it cannot be proposed: ${proposed.detail ?? proposed.reason}`] };
    const names = entries.map(({ kind, id, version }) => `${kind} ${id} version ${version}`);
    return { kind: 'waits', approval: `routing.${proposed.approvalId}`, entries: names };
  }

  /** What the file does not ask for any more nobody shall approve. */
  private async withdraw(): Promise<void> {
    const open = await openApproval(this.platform.database, this.kind.kind, FILE_TARGET);
    if (open === undefined) return;
    const reason = 'the file does not say it any more';
    await this.approvals.decide({
      ...{ approvalId: open.approvalId, verdict: 'withdraw', reason, acknowledged: [], ...MAKER },
    });
  }

  private adapters(): string[] {
    return adaptersThatExist(readSettings(this.platform.settings).TONLE_NETWORKS_DIR);
  }

  /** Entries and opening funds in one transaction: both are there, or neither. */
  private begin(file: DirectoryFile): Promise<void> {
    return this.commit.run(
      () => Promise.resolve([]),
      {
        fundsMoves: openingMoves(file),
        also: async (transaction) => {
          await this.directory.store.lock(transaction);
          // Another instance may have been first.
          if ((await this.directory.store.sequence(transaction)) > 0n) return;
          await this.directory.append.fromFile(transaction, file.entries, file.change ?? FIRST);
          await this.recordFunds(transaction, file);
        },
      },
      () => undefined,
    );
  }

  /** Money that a first directory brings. */
  private async recordFunds(
    transaction: Transaction,
    { openingFunds, change = FIRST }: DirectoryFile,
  ): Promise<void> {
    const { by: operator, reason } = change;
    const deed = { kind: 'file', operator, reason, atMs: this.platform.clock.now() } as const;
    await this.directory.operators.record(
      transaction,
      ...openingFunds.map((funds) => ({
        ...deed,
        action: 'directory.funds',
        subject: openingAccount(funds),
        after: { amountMinor: funds.amountMinor },
      })),
    );
  }

  private async postedFunds(
    transaction: Transaction,
    { openingFunds }: DirectoryFile,
  ): Promise<Map<AccountCode, bigint>> {
    const chains = new Map(
      openingFunds.map((funds) => {
        return [openingChain(funds), openingAccount(funds)];
      }),
    );
    const posted = await this.directory.transfers.postedMinor(transaction, [...chains.keys()]);
    return new Map([...posted].map(([chainId, minor]) => [chains.get(chainId)!, minor]));
  }
}
