import { codeTable, readCodes } from '@tonle/network';
import { QrcAnswers } from '@tonle/network-upi';
import { z } from 'zod';

const tables = z.strictObject({
  /**
   * Response codes of QRC messages. `open`: nobody knows yet, it is asked about; `repeat`: the message id has been used
   * before; `not_found`: there is no original.
   */
  responses: codeTable('approved', 'rejected', 'open', 'repeat', 'not_found'),
  /** What is told of a payment beside the code of the call. */
  paymentStatus: codeTable('approved', 'rejected', 'open'),
  /** Our reasons, else their ISO codes, as the response codes that say them best; others are 96. */
  answers: z.record(z.string(), z.string().regex(/^\d\d$/)),
});

/** What UnionPay's codes mean. The pairing with ISO reasons is ours. */
export const CODES = readCodes(new URL('./codes.json', import.meta.url), tables);

export const ANSWERS = new QrcAnswers(CODES.answers);
