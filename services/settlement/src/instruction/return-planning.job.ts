import type { Directory } from '@tonle/directory';
import type { Platform } from '@tonle/platform';
import type { Transaction } from '@tonle/persistence';
import { schemeAccount } from '../bank/settlement-bank.js';
import { returnDay } from './instruction.decide.js';
import type { InstructionMaker } from './instruction-maker.js';
import { rewriteInstruction } from './instruction.store.js';
import { lockUnsentReturn, unsentReturns } from './return-instruction.store.js';

/** What sends money back and has not left is made for another day when a holiday was announced, or its day has passed. */
export class ReturnPlanningJob {
  /** What was wanting in the last round: said once. */
  private wanting: ReadonlyMap<string, string> = new Map();

  constructor(
    private readonly host: Pick<Platform, 'database' | 'clock' | 'telemetry'>,
    private readonly directory: Directory,
    private readonly maker: Pick<InstructionMaker, 'rewrittenReturn'>,
  ) {}

  readonly run = async (): Promise<void> => {
    if (!this.directory.isLoaded) return;
    const { database, telemetry } = this.host;
    const wanting = new Map<string, string>();
    for (const instructionId of await unsentReturns(database)) {
      const what = await database.transaction((transaction) => this.plan(transaction, instructionId));
      if (what === undefined) continue;
      wanting.set(instructionId, what);
      if (this.wanting.get(instructionId) !== what)
        telemetry.log.warn({ instructionId, what }, 'money that goes back cannot be planned anew');
    }
    this.wanting = wanting;
  };

  /** What is wanting, in words. */
  private async plan(transaction: Transaction, instructionId: string): Promise<string | undefined> {
    const unsent = await lockUnsentReturn(transaction, instructionId);
    if (unsent === undefined) return undefined;
    const { format, bytes, ...named } = unsent;
    const terms = schemeAccount(this.directory, named.bank, named.currency);
    if (terms === undefined) return `${named.bank} keeps no ${named.currency} account of the scheme`;
    const valueDate = returnDay(terms, this.host.clock.now());
    if (valueDate === undefined) return `${named.bank} has no banking day within a year`;
    if (valueDate === named.valueDate) return undefined;
    const anew = this.maker.rewrittenReturn({ ...named, valueDate }, { format, bytes }, terms);
    if ('kind' in anew) return anew.what;
    await rewriteInstruction(transaction, instructionId, anew);
    return undefined;
  }
}
