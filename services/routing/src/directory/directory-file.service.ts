import { createHash } from 'node:crypto';
import { canonicalJson, type DirectoryEntry } from '@tonle/contracts';
import type { DirectoryStore } from '@tonle/directory';
import type { AccountCode } from '@tonle/ledger';
import type { Transaction } from '@tonle/persistence';
import type { Platform } from '@tonle/platform';
import { z } from 'zod';
import type { OperatorStore } from '../operator/operator.store.js';
import type { PaymentCommit } from '../payment/payment-commit.js';
import type { TransferStore } from '../reservation/transfer.store.js';
import { readSettings } from '../routing.settings.js';
import { adaptersThatExist } from './adapters.js';
import type { CurrentDirectory } from './current-directory.js';
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

const FIRST = { by: 'directory file', reason: 'first start' };

/** Takes the file of the settings into the directory: whole, recorded as an operator's act, or not at all. */
export class DirectoryFileService {
  constructor(
    private readonly platform: Platform,
    private readonly commit: PaymentCommit,
    private readonly store: DirectoryStore,
    private readonly current: CurrentDirectory,
    private readonly operators: OperatorStore,
    private readonly transfers: TransferStore,
  ) {}

  /** Throws DirectoryFileRefused where there is no directory yet; where there is one it goes on, and a warning tells. */
  async take(path: string): Promise<FileDecision['kind']> {
    const decision = await this.decide(await this.read(path));
    await this.current.reload();
    if (decision.kind !== 'refused') return decision.kind;
    const { reasons } = decision;
    if (this.current.get().entries.length === 0) throw new DirectoryFileRefused(path, reasons);
    const said =
      'the directory file was not taken: nothing of it was applied, and the directory is unchanged';
    this.platform.telemetry.log.warn({ file: path, reasons }, said);
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

  private async decide(file: DirectoryFile | FileRefusal): Promise<FileDecision> {
    if ('kind' in file) return file;
    const { database, settings } = this.platform;
    const adapters = adaptersThatExist(readSettings(settings).TONLE_NETWORKS_DIR);
    const decision = await database.transaction(async (transaction) => {
      await this.store.lock(transaction);
      const decided = decideFile(file, {
        stored: await this.store.versions(transaction),
        posted: await this.postedFunds(transaction, file),
        adapters,
        nowMs: this.platform.clock.now(),
      });
      if (decided.kind === 'take') await this.append(transaction, decided.entries, decided.change);
      return decided;
    });
    if (decision.kind === 'first') await this.begin(file);
    return decision;
  }

  /** Entries and opening funds in one transaction: both are there, or neither. */
  private begin(file: DirectoryFile): Promise<void> {
    return this.commit.run(
      () => Promise.resolve([]),
      {
        fundsMoves: openingMoves(file),
        also: async (transaction) => {
          await this.store.lock(transaction);
          // Another instance may have been first.
          if ((await this.store.sequence(transaction)) > 0n) return;
          await this.append(transaction, file.entries, file.change ?? FIRST);
          await this.recordFunds(transaction, file);
        },
      },
      () => undefined,
    );
  }

  private async append(
    transaction: Transaction,
    entries: readonly DirectoryEntry[],
    { by, reason }: { by: string; reason: string },
  ): Promise<void> {
    const atMs = this.platform.clock.now();
    await this.store.append(transaction, entries, { source: 'file', atMs, by, reason });
    const deed = { kind: 'file', operator: by, reason, atMs } as const;
    await this.operators.record(
      transaction,
      ...entries.map(({ kind, id, version, ended = false, body }) => ({
        ...deed,
        action: 'directory.file',
        subject: `${kind}:${id}:${version}`,
        // What it said before and says now stands in the directory for ever.
        ...(version > 1 && { before: { version: version - 1 } }),
        after: { version, ended, sha256: createHash('sha256').update(canonicalJson(body)).digest('hex') },
      })),
    );
  }

  /** Money that a first directory brings. */
  private async recordFunds(
    transaction: Transaction,
    { openingFunds, change = FIRST }: DirectoryFile,
  ): Promise<void> {
    const { by: operator, reason } = change;
    const deed = { kind: 'file', operator, reason, atMs: this.platform.clock.now() } as const;
    await this.operators.record(
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
    const posted = await this.transfers.postedMinor(transaction, [...chains.keys()]);
    return new Map([...posted].map(([chainId, minor]) => [chains.get(chainId)!, minor]));
  }
}
