import type { Approvals } from '@tonle/approval';
import { bankCalls, refused, type SettlementBankAccount } from '@tonle/contracts';
import type { Directory } from '@tonle/directory';
import type { Platform, Service } from '@tonle/platform';
import type { InstructionCoverage } from '../instruction/instruction-coverage.js';
import type { InstructionMaker } from '../instruction/instruction-maker.js';
import { ReturnPlanningJob } from '../instruction/return-planning.job.js';
import type { LedgerEntries } from '../ledger/ledger-entries.js';
import { localDay } from '../reconciliation/local-day.js';
import { AcknowledgementTaking } from './acknowledgement-taking.service.js';
import { AllocationJob } from './allocation.job.js';
import { BankService } from './bank.service.js';
import { bankSettings } from './bank.settings.js';
import { findFile, listLines, listStatements, viewAccounts } from './bank.view.js';
import { HttpBankWire, type BankWire } from './bank-wire.js';
import { HandedFileKind } from './handed-file.kind.js';
import { InstructionSendingJob } from './instruction-sending.job.js';
import { schemeAccounts } from './settlement-bank.js';
import { StatementFetchJob } from './statement-fetch.job.js';
import { StatementTaking } from './statement-taking.service.js';
import { SuspenseCureKind } from './suspense-cure.kind.js';
import { listSuspense } from './suspense.view.js';

const SEND_EVERY_MS = 5_000;
const PLAN_EVERY_MS = 5_000;
const PLACE_EVERY_MS = 5_000;

/** What settlement banks are told, what they tell, and what it was for. */
export class SettlementBanks {
  readonly allocation: AllocationJob;
  readonly taking: StatementTaking;
  readonly fetching: StatementFetchJob;
  readonly sending: InstructionSendingJob;
  readonly returns: ReturnPlanningJob;
  readonly service: BankService;
  private readonly files: HandedFileKind;
  private readonly cures: SuspenseCureKind;

  constructor(
    private readonly platform: Platform,
    private readonly directory: Directory,
    private readonly approvals: Approvals,
    coverage: Pick<InstructionCoverage, 'cover' | 'coverByPeople' | 'takeBack'>,
    entries: Pick<LedgerEntries, 'post'>,
    maker: Pick<InstructionMaker, 'makeReturn' | 'rewrittenReturn'>,
    private readonly wires: ReadonlyMap<string, BankWire> = openWires(platform, directory),
  ) {
    this.allocation = new AllocationJob(platform, directory, coverage, entries);
    this.taking = new StatementTaking(platform, this.allocation);
    const acknowledgements = new AcknowledgementTaking(platform);
    this.fetching = new StatementFetchJob(platform, directory, wires, this.taking);
    this.sending = new InstructionSendingJob(platform, wires, acknowledgements);
    this.returns = new ReturnPlanningJob(platform, directory, maker);
    this.files = new HandedFileKind(directory, this.taking, acknowledgements);
    this.cures = new SuspenseCureKind(directory, coverage, entries, maker);
    this.service = new BankService(
      platform,
      directory,
      approvals,
      wires,
      this.fetching,
      this.files,
      this.cures,
    );
  }

  /** Makes known what of it needs more than one operator. */
  addKinds(): void {
    this.approvals.add(this.files);
    this.approvals.add(this.cures);
  }

  /** Makes its calls and jobs known. */
  declareIn(service: Service): void {
    const { database, settings } = this.platform;
    this.addKinds();
    service.call(bankCalls.banks, async () => ({ accounts: await this.accounts() }));
    service.call(bankCalls.bankStatements, (filter) => listStatements(database, filter));
    service.call(bankCalls.bankFile, async ({ sha256 }) => {
      const file = await findFile(database, sha256);
      if (file === undefined) return refused('not_found');
      const content = Buffer.from(file.bytes).toString('base64');
      return { kind: 'found', format: file.format, sha256, content } as const;
    });
    service.call(bankCalls.bankLines, (filter) => listLines(database, filter));
    service.call(bankCalls.handInBankFile, (request) => this.service.handIn(request));
    service.call(bankCalls.sendByHand, (request) => this.service.sendByHand(request));
    service.call(bankCalls.fetchBank, (request) => this.service.fetch(request));
    service.call(bankCalls.suspense, (filter) => listSuspense(database, filter, this.today));
    service.call(bankCalls.cureSuspense, (request) => this.service.cure(request));
    service.job('plan-returns', PLAN_EVERY_MS, this.returns.run);
    service.job('send-instructions', SEND_EVERY_MS, this.sending.run);
    service.job('fetch-bank-files', bankSettings(settings).everyMs, this.fetching.run);
    service.job('place-bank-lines', PLACE_EVERY_MS, this.allocation.run);
    service.resource('links to settlement banks', () => this.close());
  }

  /** Closes the links. */
  async close(): Promise<void> {
    await Promise.all([...this.wires.values()].map((wire) => wire.close()));
  }

  private accounts(): Promise<SettlementBankAccount[]> {
    const accounts = schemeAccounts(this.directory);
    return viewAccounts(this.platform.database, accounts, (bank) => this.wires.has(bank));
  }

  /** The day by the clock of a bank; of one that has left the directory by UTC. */
  private readonly today = (bank: string): string => {
    const account = schemeAccounts(this.directory).find((each) => each.bank === bank);
    return localDay(new Date(this.platform.clock.now()), account?.calendar ?? { utcOffsetMinutes: 0 });
  };
}

function openWires(
  { settings, clock, random }: Platform,
  directory: Directory,
): ReadonlyMap<string, BankWire> {
  const { addresses } = bankSettings(settings);
  return new Map(
    [...addresses].map(([bank, address]) => [
      bank,
      new HttpBankWire(bank, address, { clock, random, directory }),
    ]),
  );
}
