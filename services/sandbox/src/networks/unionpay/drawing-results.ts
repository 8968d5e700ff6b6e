import type { Clock } from '@tonle/platform';
import type { HttpReply } from '../../kit/listener.js';
import type { CreditRecord, IsoBooks } from '../iso20022/books.js';
import { inDollars } from './merchants.js';
import { isLate } from './orders.js';
import { answerTo, moneyIn, text, type Qrc } from './qrc.js';
import { voucherOf } from './records.js';
import { moneyFields, RESULT, type Scan } from './scan.js';

/** The code of what was given up. */
export const CANCELLED = '12';

/** What Tonle says about the payers whose codes tills have scanned: whether it has their money. */
export class DrawingResults {
  constructor(
    private readonly books: IsoBooks,
    private readonly clock: Clock,
    /** By the message that asked. */
    private readonly scans: ReadonlyMap<string, Scan>,
  ) {}

  /** ADDITIONAL_PROCESSING_RESULT of Tonle: whether it has the payer's money. The same message is the same result. */
  async answer(asked: Qrc): Promise<HttpReply> {
    const { books } = this;
    const { trxInfo, msgInfo } = asked;
    const scan = this.scans.get(text(trxInfo, 'origMsgID') ?? '');
    if (text(trxInfo, 'paymentStatus') === 'REJECTED') {
      if (scan === undefined) return answerTo(asked, '25');
      scan.hear({ kind: 'rejected', reason: text(trxInfo, 'rejectionReason') ?? '71' });
      return answerTo(asked, '00');
    }
    const known = books.credit(msgInfo.msgID);
    const record = known ?? (await this.book(asked, scan));
    await books.settled();
    if (record.final?.status === 'RJCT') return answerTo(asked, record.entry.reason ?? '99');
    scan?.hear({ kind: 'continuing', record });
    return answerTo(asked, '00');
  }

  private async book(asked: Qrc, scan: Scan | undefined): Promise<CreditRecord> {
    const { trxInfo, msgInfo } = asked;
    const at = this.clock.now();
    const reason = this.whyNot(asked, scan, at);
    const { price, merchant, msgID = '' } = scan?.wanted ?? { price: moneyIn(asked, 'trx'), merchant: '' };
    return this.books.addCredit({
      uetr: msgInfo.msgID,
      messageId: msgInfo.msgID,
      endToEndId: voucherOf(msgInfo.msgID),
      transactionId: msgID,
      account: merchant,
      currency: 'USD',
      minor: (moneyIn(asked, 'sett')?.minor ?? 0n).toString(),
      status: reason === undefined ? 'PDNG' : 'RJCT',
      ...(reason !== undefined && { reason }),
      acceptedAt: at,
      at,
      told: {
        trxMsgType: RESULT,
        deviceID: trxInfo['deviceID'],
        referNo: trxInfo['referNo'],
        ...(price !== undefined && moneyFields(price)),
      },
    });
  }

  private whyNot(asked: Qrc, scan: Scan | undefined, at: number): string | undefined {
    if (scan === undefined) return '25';
    if (scan.isClosed || scan.heard !== undefined) return CANCELLED;
    if (isLate(asked, at)) return '90';
    const [paid, settled] = [moneyIn(asked, 'trx'), moneyIn(asked, 'sett')];
    const isSame =
      paid?.currency === scan.wanted.price.currency &&
      paid.minor === scan.wanted.price.minor &&
      settled?.minor === inDollars(scan.wanted.price)?.minor;
    return isSame ? undefined : '13';
  }
}
