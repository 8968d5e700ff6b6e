import {
  conditionOf,
  idPath,
  partyPath,
  readFspiop,
  readIlpPacket,
  transaction,
  writeMoney,
  type PartyKey,
  type QuotesPost,
  type TransfersPost,
} from '@tonle/network-fspiop';
import type { Clock } from '@tonle/platform';
import type { CallFacts, Fault } from '../../kit/fault.js';
import type { FaultBook } from '../../kit/fault-book.js';
import { falsified, type Pause } from '../../kit/faulty.js';
import type { HttpOutcome } from '../../kit/listener.js';
import type { CreditRecord, IsoBooks } from '../iso20022/books.js';
import { errorCallBack, type EkashCallBack, type Teller } from './call-backs.js';
import { RECEIPT, takeRequest } from './receipts.js';
import { agreementOf, contentHash, fulfilmentBy, type Rwandans } from './rules.js';
import type { EkashScheme } from './scheme.js';

const QUOTES_MAX = 10_000;
/** Opens nothing. */
const WRONG_FULFILMENT = 'A'.repeat(43);

export interface EkashParts {
  readonly scheme: EkashScheme;
  readonly parties: Rwandans;
  readonly books: IsoBooks;
  readonly teller: Teller;
  readonly faults: FaultBook;
  readonly clock: Clock;
  readonly pause: Pause;
}

interface KnownQuote {
  readonly hash: string;
  readonly answer: EkashCallBack;
}

/** Rwanda's FSPs as payees, and the switch before them: each request gets a receipt, and its answer by call-back. */
export class PayeeSide {
  private readonly quotes = new Map<string, KnownQuote>();

  constructor(private readonly parts: EkashParts) {}

  /** `GET /parties/{Type}/{ID}` */
  lookUp(key: PartyKey): Promise<HttpOutcome> {
    const { parties, scheme } = this.parts;
    const about = { path: partyPath(key), resource: 'parties', source: scheme.hub } as const;
    return takeRequest(this.parts, 'parties', {
      facts: { accounts: [key.id] },
      perform: async () => {
        const found = parties.find(key.type, key.id);
        return found.kind === 'missing'
          ? errorCallBack(about, found.code)
          : { ...about, source: found.fsp, body: { party: found.party } };
      },
      refuse: async (code) => errorCallBack(about, code),
    });
  }

  /** `POST /quotes` to an FSP. */
  quote(quote: QuotesPost, payeeFsp: string, body: Uint8Array): Promise<HttpOutcome> {
    const { quoteId } = quote;
    const { hub } = this.parts.scheme;
    const about = { path: idPath('quotes', quoteId), resource: 'quotes', source: hub } as const;
    const hash = contentHash(body);
    return takeRequest(this.parts, 'quotes', {
      facts: { ...factsOf(quote.amount, quoteId), accounts: [quote.payee.partyIdInfo.partyIdentifier] },
      perform: async (addMinor) => {
        const known = this.quotes.get(quoteId);
        if (known !== undefined && known.hash !== hash) return errorCallBack(about, '3106');
        const answer = known?.answer ?? this.priced(about, quote, payeeFsp, addMinor);
        this.quotes.set(quoteId, { hash, answer });
        if (this.quotes.size > QUOTES_MAX) this.quotes.delete(this.quotes.keys().next().value!);
        return answer;
      },
      refuse: async (code) => errorCallBack(about, code),
    });
  }

  /** `GET /quotes/{ID}`: as it was answered. */
  quoted(quoteId: string): Promise<HttpOutcome> {
    const { hub } = this.parts.scheme;
    const about = { path: idPath('quotes', quoteId), resource: 'quotes', source: hub } as const;
    return takeRequest(this.parts, 'quotes.get', {
      facts: { reference: quoteId },
      perform: async () => this.quotes.get(quoteId)?.answer ?? errorCallBack(about, '3205'),
      refuse: async (code) => errorCallBack(about, code),
    });
  }

  /** `POST /transfers` to an FSP: the same again is told how the first stands. */
  transfer(transfer: TransfersPost, body: Uint8Array): Promise<HttpOutcome> {
    const { transferId, amount } = transfer;
    const hash = contentHash(body);
    const account = payeeOf(transfer)?.id;
    const booked = async (status: 'ACCC' | 'RJCT' | 'PDNG', more: { reason?: string; addMinor?: bigint }) => {
      const known = this.parts.books.credit(transferId);
      if (known !== undefined) return known;
      return this.book(transfer, hash, status, more);
    };
    const answered = async (record: CreditRecord, fault?: Fault): Promise<EkashCallBack> => {
      if (record.entry.told?.['hash'] === hash) return this.standing(record, fault);
      return errorCallBack({ ...this.about(transferId), source: this.parts.scheme.hub }, '3106');
    };
    return takeRequest(this.parts, 'transfers', {
      facts: { ...factsOf(amount, transferId), accounts: [account] },
      perform: async (addMinor, fault) => {
        const reason = this.whyNot(transfer);
        const status = reason === undefined ? 'ACCC' : 'RJCT';
        return answered(await booked(status, { reason, addMinor }), fault);
      },
      refuse: async (code) => answered(await booked('RJCT', { reason: code })),
      late: async (delayMs) => {
        const reason = this.whyNot(transfer);
        const record = await booked(reason === undefined ? 'PDNG' : 'RJCT', { reason });
        void this.finish(record, delayMs);
        return RECEIPT;
      },
    });
  }

  /** `GET /transfers/{ID}` about a transfer to Rwanda. */
  transferred(transferId: string): Promise<HttpOutcome> {
    const { books, scheme } = this.parts;
    const about = { ...this.about(transferId), source: scheme.hub };
    return takeRequest(this.parts, 'transfers.get', {
      facts: { reference: transferId },
      perform: async () => {
        const record = books.credit(transferId);
        if (record === undefined) return errorCallBack(about, '3208');
        if (record.final?.status !== 'RJCT') return { ...this.standing(record), source: scheme.hub };
        const cause = [{ key: 'cause', value: record.final.reason ?? '5000' }];
        return { ...about, body: { transferState: 'ABORTED', extensionList: { extension: cause } } };
      },
      refuse: async (code) => errorCallBack(about, code),
    });
  }

  /** What was reserved when the process died is committed, or aborted when its time is over. */
  async resume(): Promise<void> {
    await Promise.all(this.parts.books.openCredits().map((record) => this.finish(record, 0)));
  }

  private priced(
    about: Omit<EkashCallBack, 'body'>,
    quote: QuotesPost,
    payeeFsp: string,
    addMinor: bigint,
  ): EkashCallBack {
    const { scheme, parties, clock } = this.parts;
    const { partyIdType, partyIdentifier, fspId } = quote.payee.partyIdInfo;
    const found = parties.find(partyIdType, partyIdentifier);
    if (found.kind === 'missing') return errorCallBack(about, found.code);
    if (found.fsp !== payeeFsp || (fspId !== undefined && fspId !== payeeFsp))
      return errorCallBack(about, '3203', `${partyIdentifier} is not of ${payeeFsp}`);
    const asked = this.amountTrouble(quote.amount);
    if (asked !== undefined) return errorCallBack({ ...about, source: payeeFsp }, asked);
    const amount = {
      ...quote.amount,
      minor: falsified(BigInt(quote.amount.minor), addMinor).toString(),
    };
    const expiresAt = clock.now() + scheme.quoteMs;
    const agreed = agreementOf(payeeFsp, quote, amount, expiresAt, scheme.fsps[payeeFsp]!.form);
    const body = {
      transferAmount: writeMoney(amount),
      payeeReceiveAmount: writeMoney(amount),
      payeeFspFee: { currency: scheme.currency, amount: '0' },
      expiration: new Date(expiresAt).toISOString(),
      ...agreed,
    };
    return { ...about, source: payeeFsp, body };
  }

  private amountTrouble({ currency, minor }: QuotesPost['amount']): string | undefined {
    const { scheme } = this.parts;
    if (currency !== scheme.currency) return '5106';
    return BigInt(minor) > BigInt(scheme.amountMax) ? '5200' : undefined;
  }

  /** The code that a transfer is aborted with: it has to be what was quoted, and in time. */
  private whyNot(transfer: TransfersPost): string | undefined {
    const now = this.parts.clock.now();
    if (Date.parse(transfer.expiration) <= now) return '3303';
    const read = readIlpPacket(transfer.ilpPacket);
    const agreed = payeeOf(transfer);
    if (read.kind === 'refused' || agreed === undefined) return '3205';
    const { packet } = read;
    if (transfer.condition !== conditionOf(fulfilmentBy(transfer.payeeFsp, packet.transaction)))
      return '3205';
    if (packet.amount !== BigInt(transfer.amount.minor) || agreed.currency !== transfer.amount.currency)
      return '5105';
    if (packet.form === 'prepare' && packet.expiresAt <= now) return '3302';
    const found = this.parts.parties.find(agreed.type, agreed.id);
    return found.kind === 'missing' ? found.code : this.amountTrouble(transfer.amount);
  }

  private book(
    transfer: TransfersPost,
    hash: string,
    status: 'ACCC' | 'RJCT' | 'PDNG',
    { reason, addMinor = 0n }: { reason?: string; addMinor?: bigint },
  ): Promise<CreditRecord> {
    const { transferId, payeeFsp, amount, ilpPacket, condition, expiration } = transfer;
    const read = readIlpPacket(ilpPacket);
    const fulfilment = read.kind === 'ok' ? fulfilmentBy(payeeFsp, read.packet.transaction) : undefined;
    const at = this.parts.clock.now();
    return this.parts.books.addCredit({
      uetr: transferId,
      messageId: transferId,
      endToEndId: transferId,
      account: payeeOf(transfer)?.id ?? '',
      currency: amount.currency,
      minor: falsified(BigInt(amount.minor), addMinor).toString(),
      status,
      ...(reason !== undefined && { reason }),
      acceptedAt: at,
      at,
      told: { hash, payeeFsp, condition, expiration, fulfilment },
    });
  }

  /** Reserved: committed when the delay is over, unless the transfer expires before. */
  private async finish(record: CreditRecord, delayMs: number): Promise<void> {
    const { books, clock, pause, teller } = this.parts;
    const { uetr, told } = record.entry;
    if (record.final === undefined) {
      const leftMs = Date.parse(String(told?.['expiration'])) - clock.now();
      await pause(Math.max(0, Math.min(delayMs, leftMs)));
      const isInTime = delayMs < leftMs;
      const ended = isInTime ? { status: 'ACCC' as const } : { status: 'RJCT' as const, reason: '3303' };
      await books.end({ of: 'credit', uetr, ...ended, at: clock.now() });
    }
    await teller.tell(this.standing(record));
  }

  private about(transferId: string) {
    return { path: idPath('transfers', transferId), resource: 'transfers' } as const;
  }

  /** How a transfer stands, as its call-back tells it. */
  private standing({ entry, final }: CreditRecord, fault?: Fault): EkashCallBack {
    const { uetr, told = {} } = entry;
    const [about, { hub }] = [this.about(uetr), this.parts.scheme];
    if (final === undefined) return { ...about, source: hub, body: { transferState: 'RESERVED' } };
    const source = String(told['payeeFsp']);
    if (final.status === 'RJCT')
      return errorCallBack(
        { ...about, source: final.reason === '3303' ? hub : source },
        final.reason ?? '5000',
      );
    const fulfilment = fault?.fault === 'wrong_fulfilment' ? WRONG_FULFILMENT : String(told['fulfilment']);
    const completedTimestamp = new Date(final.at).toISOString();
    return { ...about, source, body: { fulfilment, completedTimestamp, transferState: 'COMMITTED' } };
  }
}

function factsOf({ minor, currency }: QuotesPost['amount'], reference: string): CallFacts {
  return { minor: BigInt(minor), currency, reference };
}

/** Whom the packet of a transfer names, and in which currency. */
function payeeOf({
  ilpPacket,
}: TransfersPost): { readonly type: string; readonly id: string; readonly currency: string } | undefined {
  const read = readIlpPacket(ilpPacket);
  if (read.kind === 'refused') return undefined;
  const content = readFspiop(transaction, Buffer.from(read.packet.transaction));
  if (content.kind === 'refused') return undefined;
  const { payee, amount } = content.body;
  const { partyIdType: type, partyIdentifier: id } = payee.partyIdInfo;
  return { type, id, currency: amount.currency };
}
