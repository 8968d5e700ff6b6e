import { refused } from '@tonle/contracts';
import { readConsumerCode } from '@tonle/emvqr';
import { meaningOfCode, type CodeTable, type PaymentCodes } from '@tonle/network';
import { messageIdOf } from './message-id.js';
import { payerFields } from './payment-fields.js';
import { qrcQuestion, readQrcAnswer, type QrcFields } from './qrc-message.js';

/** As long as codes of UnionPay live at tills. */
export const CODE_MS = 60_000;
const ASK_MS = 4_000;
const ASK = 'QRC_GENERATION';

/** Codes that payers show: UnionPay issues them for the token that is charged. */
export function payerCodes(
  responses: CodeTable,
  { institution, token }: { readonly institution: string; readonly token: string },
): PaymentCodes {
  return {
    lifetimeMs: CODE_MS,
    ask: ({ codeId, debtor, at }) => {
      const head = { msgID: messageIdOf(institution, codeId), insID: institution, at };
      return qrcQuestion(ASK, head, { ...payerFields({ debtor }, token), cpqrcNo: '1' }, ASK_MS);
    },
    read: (reply) => {
      const answer = readQrcAnswer(reply);
      if ('kind' in answer) return refused('partner_silent');
      const { responseCode, responseMsg } = answer.msgResponse;
      const meaning = meaningOfCode(responses, responseCode);
      if (meaning === undefined)
        return { ...refused('partner_silent'), unmapped: `response code ${responseCode}` };
      if (meaning.means === 'rejected' || meaning.means === 'not_found')
        return refused('payment_codes_not_served', responseMsg);
      if (meaning.means !== 'approved') return refused('partner_silent');
      const [text, barcode] = [
        shownIn(answer.trxInfo, 'emvCpqrcPayload'),
        shownIn(answer.trxInfo, 'barcodeCpqrcPayload'),
      ];
      if (text === undefined) return refused('partner_silent');
      return { kind: 'issued', text, ...(barcode !== undefined && { barcode }) };
    },
  };
}

/** The first that is given; what cannot be read as a code of UnionPay no till could. */
function shownIn(fields: QrcFields, name: string): string | undefined {
  const payload = fields[name];
  const text: unknown = Array.isArray(payload) ? payload[0] : payload;
  if (typeof text !== 'string') return undefined;
  const code = readConsumerCode(text);
  return code.kind === 'consumer' && code.scheme === 'UNIONPAY' ? text : undefined;
}
