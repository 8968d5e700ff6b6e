import type { PaymentEventMessage } from '@tonle/contracts';
import {
  isAboutReturn,
  isoContentHash,
  rejectionTexts,
  type IsoUsage,
  type OwnNames,
  type ReadingError,
} from '@tonle/door';
import type { Agent } from '@tonle/iso20022';
import { isoInstruction, type IsoFound } from './iso-instruction.decide.js';
import { isoReturnInstruction, isoReturnKey } from './iso-return.decide.js';

// Asked in one family, answered in the same (decisions 25).
const ANSWERS: Readonly<Record<string, string>> = {
  'pacs.008.001.08': 'pacs.002.001.10',
  'pacs.008.001.12': 'pacs.002.001.14',
  'pacs.008.001.13': 'pacs.002.001.15',
  'pacs.004.001.09': 'pacs.002.001.10',
  'pacs.004.001.13': 'pacs.002.001.14',
  'pacs.004.001.14': 'pacs.002.001.15',
  'pacs.028.001.03': 'pacs.002.001.10',
  'pacs.028.001.05': 'pacs.002.001.14',
  'pacs.028.001.06': 'pacs.002.001.15',
  'acmt.023.001.02': 'acmt.024.001.02',
  'acmt.023.001.03': 'acmt.024.001.03',
  'acmt.023.001.04': 'acmt.024.001.04',
};
/** ISO 20022 as participants speak it: any version, found by any of its ids, told the codes of our registry. */
export function participantUsage(self: Agent & OwnNames): IsoUsage<IsoFound, PaymentEventMessage> {
  return {
    answers: ANSWERS,
    self,
    names: { bic: self.bic },
    open: { http: 202 },
    contentType: 'application/xml; charset=utf-8',
    key: (payment) => ({ messageId: payment.messageId, contentHash: isoContentHash(payment) }),
    instruct: isoInstruction,
    returns: { key: isoReturnKey, instruct: isoReturnInstruction },
    about: (question) => {
      const { originalUetr, originalMessageId, originalTransactionId, originalEndToEndId } = question;
      // A return has the UETR of what it gives back: only its own id is its own.
      return isAboutReturn(question)
        ? { messageId: originalMessageId ?? originalTransactionId }
        : { uetr: originalUetr, messageId: originalMessageId, endToEndId: originalEndToEndId };
    },
    isAbout: () => true,
    reference: ({ request }) => request.paymentId.replaceAll('-', ''),
    texts: (reason, words) => [...(reason === undefined ? [] : [reason]), ...words],
    unknown: ({ originalMessageId }) => ({
      ...(originalMessageId === undefined ? {} : { originalMessageId, originalMessageName: 'pacs.008' }),
      reasonText: ['not_found', 'Payment not found.'],
    }),
    rejection: ({ reason, version, errors, reference }) => {
      const said = errors.length > 0 || reason !== 'unknown_message' ? errors : [notSpoken(version)];
      const findings = said.map(({ code, path, line, detail }) => ({
        path,
        text: `${code} ${path} (line ${line}): ${detail}`,
      }));
      return { relatedReference: reference ?? 'NOTPROVIDED', reason, ...rejectionTexts(findings) };
    },
  };
}

function notSpoken(version: string | undefined): ReadingError {
  return {
    code: 'unknown_message',
    path: '/Document',
    line: 1,
    detail: `${version ?? 'This message'} is not supported.`,
  };
}
