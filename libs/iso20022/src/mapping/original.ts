import type { OriginalTransaction } from '../model-parts.js';
import { fieldsOf, type Field } from './shape.js';
import { text } from './values.js';

/** The identifiers of the earlier transaction, at the transaction or, for its message, at the group. */
export function originalFields<M extends OriginalTransaction>(
  transaction: string,
  group: string,
): readonly Field<M>[] {
  const { optional } = fieldsOf<OriginalTransaction>();
  const fields: readonly Field<OriginalTransaction>[] = [
    optional('originalMessageId', [`${transaction}/OrgnlGrpInf/OrgnlMsgId`, `${group}/OrgnlMsgId`], text),
    optional(
      'originalMessageName',
      [`${transaction}/OrgnlGrpInf/OrgnlMsgNmId`, `${group}/OrgnlMsgNmId`],
      text,
    ),
    optional('originalInstructionId', `${transaction}/OrgnlInstrId`, text),
    optional('originalEndToEndId', `${transaction}/OrgnlEndToEndId`, text),
    optional('originalTransactionId', `${transaction}/OrgnlTxId`, text),
    optional('originalUetr', `${transaction}/OrgnlUETR`, text),
  ];
  return fields as readonly Field<M>[];
}
