import type { InboundOutcome } from '@tonle/contracts';
import {
  asStored,
  inboundMessages,
  type Inbound,
  type StoredRequest,
  type WireRequest,
} from '@tonle/network';
import {
  answerRoutes,
  callBack,
  callBackSubject,
  idPath,
  isAboutAnother,
  isTaken,
  keptQuote,
  put,
  refusalReply,
  unanswerable,
} from '@tonle/network-fspiop';
import { lostQuotesRoute, partiesRoute, quotesRoute } from './quotes.js';
import type { RwandaSettings } from './settings.js';
import { enquiryDialect, standing, transferDialect } from './transfers.js';

/** A question that is asked again has its answer again: the waits are for a switch that is away for a moment. */
const ANSWER_WAITS_MS = [0, 500, 2_000, 5_000];
/** The end of a transfer is of use until it expires; after that the switch may still want to know. */
const NOTICE_WAITS_MS = [0, 500, 1_000, 2_000, 4_000, 8_000, 30_000, 60_000, 300_000];

/** What eKash calls: as of the FSP of payees, and with the answers to what we asked. */
export function rwandaInbound(settings: RwandaSettings): Inbound {
  const { listener, signature, secret, hub, version } = settings;
  return {
    listener,
    refusal: refusalReply,
    routes: {
      'GET /parties/:type/:id': partiesRoute(signature.fspId),
      'POST /quotes': quotesRoute(settings),
      'GET /quotes/:id': lostQuotesRoute,
      'POST /transfers': inboundMessages({
        dialect: transferDialect(settings),
        operation: 'POST transfers',
        answeredBy: 'PUT transfers',
        subjectOf: ({ messageId }) => messageId,
        quoteIdOf: ({ quoteId }) => quoteId,
      }),
      'GET /transfers/:id': inboundMessages({
        dialect: enquiryDialect(settings),
        operation: 'GET transfers',
        answeredBy: 'PUT transfers',
        subjectOf: ({ messageId }) => messageId,
      }),
      ...answerRoutes(hub),
    },
    callsBack: {
      waitsMs: ANSWER_WAITS_MS,
      refusal: (route, message) => unanswerable(route, message, version),
      keptAs: keptQuote,
      isAboutAnother,
      write: callBack,
      subjectOf: callBackSubject,
      isTaken,
    },
    notice: {
      waitsMs: NOTICE_WAITS_MS,
      write: (request) => notice(request, secret),
      isTaken,
    },
  };
}

/** The end of a transfer to one of our payees, told to its payer's FSP. */
function notice(request: StoredRequest<InboundOutcome>, secret: Uint8Array): WireRequest | undefined {
  const told = standing(asStored(request), secret);
  if (told.body === '') return undefined;
  const { messageId, transactionId: payerFsp = '' } = request.submit;
  return put('transfers', idPath('transfers', messageId), payerFsp, told);
}
