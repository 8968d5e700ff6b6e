import { formatAmount, parseBookedAmount, sameAmount, type Amount } from '@tonle/money';
import { readMessage, type IsoAmount, type IsoError, type IsoTree } from '@tonle/iso20022';
import { SWIFTCreditPaymentInitiation } from 'iso20022.js';

// Payment files for participant banks that take pain.001.001.03: written by iso20022.js, with our amounts in it.

export interface BankAddress {
  readonly street?: string;
  readonly building?: string;
  readonly postalCode?: string;
  readonly town?: string;
  readonly subdivision?: string;
  /** ISO 3166 alphabetic code. */
  readonly country: string;
}

export interface BankParty {
  readonly name: string;
  /** Identification as an organisation, where the bank has given one. */
  readonly id?: string;
  /** Left out where nobody has told it. */
  readonly address?: BankAddress;
  readonly account: { readonly iban: string } | { readonly number: string };
  /** The bank, by BIC or as a member of its clearing system. */
  readonly agent: { readonly bic: string } | { readonly memberId: string };
}

export interface BankTransfer {
  /** At most 35 characters: instruction, end-to-end and payment information id at once. */
  readonly id: string;
  readonly amount: Amount;
  readonly creditor: BankParty;
  /** Whose account is debited, where it is not that of the whole file. */
  readonly debtor?: BankParty;
  readonly remittance?: string;
}

export interface PaymentFile {
  readonly messageId: string;
  /** Milliseconds since 1970. */
  readonly createdAtMs: number;
  /** The bank's calendar day, YYYY-MM-DD. */
  readonly executionDate: string;
  readonly debtor: BankParty & { readonly id: string };
  readonly transfers: readonly BankTransfer[];
}

export type PaymentFileWriting =
  | { readonly kind: 'written'; readonly xml: string }
  /** What the schema, or the comparison with what was asked for, has against the file. */
  | { readonly kind: 'refused'; readonly errors: readonly IsoError[] };

const FILE_BYTES_MAX = 16 * 1024 * 1024;
/** The library insists on an address: stands for none, and is never written. */
const NO_COUNTRY = 'XX';

/**
 * Writes a pain.001.001.03 file. The file is read again by our tables before it leaves: refused when the schema does
 * not take it, or when an amount, id or account in it is not the one that was asked for.
 */
export function writePaymentFile(file: PaymentFile): PaymentFileWriting {
  const xml = new ExactInitiation(file).serialize();
  const reading = readMessage(Buffer.from(xml), { maxBytes: FILE_BYTES_MAX });
  if (reading.kind === 'refused') return { kind: 'refused', errors: reading.errors };
  const errors = differences(file, reading.message.document.tree);
  return errors.length === 0 ? { kind: 'written', xml } : { kind: 'refused', errors };
}

type Library = typeof SWIFTCreditPaymentInitiation.prototype;
type Config = ConstructorParameters<typeof SWIFTCreditPaymentInitiation>[0];
type Instruction = Parameters<Library['paymentInformation']>[0];
type LibraryParty = Parameters<Library['party']>[0];

/** The library's message with what it gets wrong put right. */
class ExactInitiation extends SWIFTCreditPaymentInitiation {
  private readonly transfers: ReadonlyMap<unknown, BankTransfer>;

  constructor(private readonly file: PaymentFile) {
    const instructions = file.transfers.map(instructionOf);
    super({
      initiatingParty: partyOf(file.debtor),
      paymentInstructions: instructions,
      messageId: file.messageId,
      creationDate: new Date(file.createdAtMs),
    } as Config);
    this.transfers = new Map(instructions.map((instruction, index) => [instruction, file.transfers[index]!]));
  }

  /** The library counts every currency in hundredths and pays on the day it is in London. */
  override paymentInformation(instruction: Instruction): ReturnType<Library['paymentInformation']> {
    const { amount, creditor, debtor } = this.transfers.get(instruction)!;
    const information = super.paymentInformation(instruction);
    information.ReqdExctnDt = this.file.executionDate;
    information.CdtTrfTxInf.Amt = {
      InstdAmt: { '#': formatAmount(amount), '@Ccy': amount.currency },
    } as unknown as typeof information.CdtTrfTxInf.Amt;
    if (debtor !== undefined) {
      information.Dbtr = this.party(partyOf(debtor)) as typeof information.Dbtr;
      information.DbtrAcct = this.account(accountOf(debtor));
      information.DbtrAgt = this.agent(partyOf(debtor).agent!);
    }
    // It takes every creditor's account for an IBAN.
    information.CdtTrfTxInf.CdtrAcct = this.account(
      accountOf(creditor),
    ) as typeof information.CdtTrfTxInf.CdtrAcct;
    return information;
  }

  /** The library writes CtrySubDiv, which no schema knows. */
  override party(party: LibraryParty): ReturnType<Library['party']> {
    const written = super.party(party);
    const { CtrySubDiv: subdivision, Ctry, ...address } = written.PstlAdr;
    if ((Ctry as string | undefined) === NO_COUNTRY) return { Nm: written.Nm } as typeof written;
    const exact = { ...address, ...(subdivision !== undefined && { CtrySubDvsn: subdivision }), Ctry };
    return { ...written, PstlAdr: exact as unknown as typeof written.PstlAdr };
  }
}

function instructionOf({ id, creditor, amount, remittance }: BankTransfer): Instruction {
  const instruction = {
    type: 'swift',
    direction: 'credit',
    id,
    // Replaced by the exact text when it is written.
    amount: 0,
    currency: amount.currency,
    creditor: partyOf(creditor),
    ...(remittance !== undefined && { remittanceInformation: remittance }),
  };
  return instruction as unknown as Instruction;
}

function partyOf(party: BankParty): LibraryParty {
  const { id, name, address, agent } = party;
  const { street, building, postalCode, town, subdivision, country } = address ?? { country: NO_COUNTRY };
  const written = {
    ...(id !== undefined && { id }),
    name,
    address: {
      streetName: street,
      buildingNumber: building,
      postalCode,
      townName: town,
      countrySubDivision: subdivision,
      country,
    },
    account: accountOf(party),
    agent: 'bic' in agent ? { bic: agent.bic } : { routingNumber: agent.memberId },
  };
  return written as LibraryParty;
}

function accountOf({ account }: BankParty): Parameters<Library['account']>[0] {
  return 'iban' in account ? { iban: account.iban } : { accountNumber: account.number };
}

/** Where the file says something else than it was asked to: the library cuts ids without a word. */
function differences(file: PaymentFile, tree: IsoTree): IsoError[] {
  const errors: IsoError[] = [];
  const compare = (path: string, asked: string, got: unknown): void => {
    if (asked !== got) errors.push(difference(path, `asked for ${asked}, the file says ${String(got)}`));
  };
  const { GrpHdr, PmtInf } = tree.CstmrCdtTrfInitn as IsoTree;
  const header = GrpHdr as IsoTree;
  const written = PmtInf as readonly IsoTree[];
  compare('/GrpHdr/MsgId', file.messageId, header.MsgId);
  compare('/GrpHdr/NbOfTxs', `${file.transfers.length}`, header.NbOfTxs);
  compare('/PmtInf', `${file.transfers.length}`, `${written.length}`);
  file.transfers.forEach((transfer, index) => {
    const at = `/PmtInf[${index + 1}]/CdtTrfTxInf`;
    const [found] = (written[index]?.CdtTrfTxInf ?? []) as readonly IsoTree[];
    if (found === undefined) return;
    compare(`${at}/PmtId/EndToEndId`, transfer.id, (found.PmtId as IsoTree).EndToEndId);
    compare(`${at}/CdtrAcct`, accountText(transfer.creditor), writtenAccount(found.CdtrAcct as IsoTree));
    const debited = writtenAccount(written[index]!.DbtrAcct as IsoTree);
    compare(`/PmtInf[${index + 1}]/DbtrAcct`, accountText(transfer.debtor ?? file.debtor), debited);
    if (!holdsAmount(found, transfer.amount))
      errors.push(difference(`${at}/Amt`, 'is not the amount asked for'));
  });
  return errors;
}

const difference = (path: string, detail: string): IsoError => {
  return { code: 'file_differs', path: `/Document/CstmrCdtTrfInitn${path}`, line: 1, offset: 0, detail };
};

function holdsAmount(transaction: IsoTree, asked: Amount): boolean {
  const { Ccy, v } = (transaction.Amt as IsoTree).InstdAmt as IsoAmount;
  const read = parseBookedAmount(Ccy, v);
  return read.kind === 'ok' && sameAmount(read.amount, asked);
}

const accountText = ({ account }: BankParty): string => ('iban' in account ? account.iban : account.number);

function writtenAccount({ Id }: IsoTree): unknown {
  const { IBAN, Othr } = Id as IsoTree;
  return IBAN ?? (Othr as IsoTree).Id;
}
