import type { AskedLeg, LegAnswer, LegTerms } from '@tonle/network';
import { readFspiop, transfersPut, type ExtensionList } from './bodies.js';
import { meaningOfError } from './errors.js';
import { isFulfilledBy } from './ilp-packet.js';
import type { Said } from './question.js';

// What an answer says of a transfer that we have sent.

const NO_REASON = 'MS03';
const SEND = 'POST transfers';
const ENQUIRE = 'GET transfers';

/**
 * Total: only a fulfilment that opens the condition of the leg's terms is a payment. `asked`: the operation of the question;
 * any other is a call-back by itself.
 */
export function readTransferAnswer(said: Said, { externalRef, terms }: AskedLeg, asked: string): LegAnswer {
  if (said.kind === 'not_sent') return said;
  if (said.kind === 'silent') return { kind: 'ambiguous', because: said.because };
  if (said.kind === 'error') return readError(said, asked);
  const read = readFspiop(transfersPut, said.bytes);
  if (read.kind !== 'ok') return { kind: 'ambiguous', because: `transfers: ${read.detail}` };
  const { transferState, fulfilment, extensionList } = read.body;
  switch (transferState) {
    case 'COMMITTED':
      return isOpened(terms, fulfilment)
        ? { kind: 'accepted', partnerRef: externalRef }
        : {
            kind: 'conflicting',
            reasonText: 'it is committed, by a fulfilment that is not of our condition',
            partnerRef: externalRef,
          };
    case 'ABORTED':
      return { ...aborted(extensionList), partnerRef: externalRef };
    case 'RECEIVED':
    case 'RESERVED':
      return { kind: 'in_progress', partnerRef: externalRef };
  }
}

/** The switch keeps the error that a transfer was aborted with in its extensions: `<code>: <words>`. */
function aborted(extensionList: ExtensionList | undefined): Extract<LegAnswer, { kind: 'rejected' }> {
  const cause = extensionList?.extension.find(({ key }) => key === 'cause')?.value;
  const [code = ''] = /^\d{4}(?!\d)/.exec(cause ?? '') ?? [];
  const iso = meaningOfError(code)?.iso;
  return iso === undefined
    ? { kind: 'rejected', reason: NO_REASON, reasonText: 'ABORTED' }
    : rejected(code, iso);
}

function isOpened(terms: LegTerms | undefined, fulfilment: string | undefined): boolean {
  const condition = terms?.['condition'];
  return condition !== undefined && fulfilment !== undefined && isFulfilledBy(condition, fulfilment);
}

/**
 * An error says that the transfer failed; but a call-back has no sign of the question that it answers. What may as well be
 * about a question of ours counts as its answer alone.
 */
function readError({ code, meaning }: Extract<Said, { kind: 'error' }>, asked: string): LegAnswer {
  const because = `error ${code}`;
  switch (meaning?.means) {
    case undefined:
      return { kind: 'ambiguous', because, unmapped: code };
    case 'refused':
    case 'expired':
      return rejected(code, meaning?.iso);
    case 'refused_call':
      return asked === SEND ? rejected(code, meaning?.iso) : { kind: 'ambiguous', because };
    case 'not_found':
      return asked === ENQUIRE ? { kind: 'not_found' } : { kind: 'ambiguous', because };
    case 'other_content':
      return asked === SEND
        ? { kind: 'conflicting', reasonText: 'the scheme has another transfer under this id' }
        : { kind: 'ambiguous', because };
    case 'ambiguous':
      return { kind: 'ambiguous', because };
  }
}

function rejected(code: string, iso = NO_REASON): Extract<LegAnswer, { kind: 'rejected' }> {
  return { kind: 'rejected', reason: iso, reasonText: `error ${code}` };
}
