import { bearer, bodySigned, httpWire, signed, type Network, type Rail, type Wire } from '@tonle/network';
import { prepareCredit } from './credit-transfer.js';
import { enquiryOf } from './enquiry.js';
import { isoInbound } from './inbound.js';
import { API_WIRE, isTokenRefused, tokenOf, type JsonQuestions } from './json-api.js';
import { jsonPayees } from './json-payees.js';
import { readStatusAnswer, STATUS_QUESTION, statusRequest } from './json-status.js';
import { WIRE, XML, type Speaker } from './message.js';
import { isoPayees } from './payees.js';
import type { IsoProfile } from './profile.js';
import { notifiedStatement } from './notifications.js';
import { isoRecalls } from './recalls.js';
import { prepareReturn } from './return-leg.js';
import { isoSettings, type IsoSettings, type SettingNames } from './settings.js';
import { isoStatement } from './statement.js';
import { readAnswer } from './status-answer.js';

const PAYMENT = 'pacs.008';
const RETURN = 'pacs.004';
const ENQUIRY = 'pacs.028';

/** A network of plain ISO 20022 from its profile. */
export function isoNetwork(profile: IsoProfile, names: SettingNames): Network<IsoSettings> {
  return {
    id: profile.id,
    settings: isoSettings(profile, names),
    wires: (settings) => ({
      [WIRE]: moneyWire(settings),
      ...(profile.json !== undefined &&
        settings.api.asks.length > 0 && { [API_WIRE]: apiWire(settings, profile.json) }),
    }),
    rail: (settings) => isoRail(profile, settings),
    payees: ({ bic, api }) =>
      profile.json !== undefined && api.asks.includes('payees')
        ? jsonPayees(profile, profile.json)
        : isoPayees({ profile, bic }),
    ...(profile.statement.kind !== 'none' && {
      statement: ({ statementAccounts }: IsoSettings) =>
        (isoStatement(profile, statementAccounts) ?? notifiedStatement(profile, statementAccounts))!,
    }),
    ...(profile.recalls !== undefined && {
      recalls: ({ bic }: IsoSettings) => isoRecalls({ profile, bic }, profile.recalls!),
    }),
    ...(profile.inbound !== undefined && {
      inbound: ({ bic, listener }: IsoSettings) => isoInbound({ profile, bic }, profile.inbound!, listener),
    }),
  };
}

function moneyWire({ url, connections, tls, signature }: IsoSettings): Wire {
  return httpWire({ origin: url.origin, connections, tls }, signed(signature));
}

/** The token's own request is signed in its body like every other. */
function apiWire({ tls, api }: IsoSettings, json: JsonQuestions): Wire {
  const { url, connections, clientId, clientSecret, user, password, signature } = api;
  const grant = {
    grant_type: 'password',
    client_id: clientId,
    client_secret: clientSecret,
    username: user,
    password,
  };
  const token = bearer({
    renew: {
      method: 'POST',
      path: json.paths.token,
      contentType: 'application/json',
      body: Buffer.from(JSON.stringify(grant)),
      operation: 'oauth.token',
      timeoutMs: json.tokenAnswerMs,
    },
    authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
    token: (reply) => tokenOf(reply, json),
    isRefused: isTokenRefused,
  });
  return httpWire({ origin: url.origin, connections, tls }, token, bodySigned(signature));
}

/** pacs.008 moves money, pacs.004 gives it back, pacs.028 asks about both. What the network collects it secures itself: there are only credits. */
function isoRail(profile: IsoProfile, { bic, sendMs, api }: IsoSettings): Rail {
  const speaker: Speaker = { profile, bic };
  const { paths, timeouts, answers, notFoundIsFinal, returns } = profile;
  const inJson = api.asks.includes('statuses') ? profile.json : undefined;
  const post = { wire: WIRE, method: 'POST', contentType: XML } as const;
  return {
    legs: ['credit'],
    notFoundIsFinal,
    // A profile does not say so: a refusal of a repeat says nothing of the first.
    refusesRepeats: false,
    ...(returns !== undefined && { refunds: true as const }),
    sendMs,
    prepare: (command, parties) =>
      returns === undefined || command.refundOf === undefined
        ? prepareCredit(command, parties, speaker)
        : prepareReturn(command, command.refundOf, parties, speaker, returns),
    send: ({ bytes: body, command }) =>
      returns === undefined || command.refundOf === undefined
        ? { ...post, path: paths.payment, body, operation: PAYMENT }
        : { ...post, path: returns.path, body, operation: RETURN },
    enquire: (leg, at) => {
      if (inJson !== undefined) return statusRequest(leg, profile, inJson);
      const body = enquiryOf(leg, at, speaker);
      if (!(body instanceof Uint8Array)) return body;
      return { ...post, path: paths.enquiry, body, operation: ENQUIRY, timeoutMs: timeouts.enquiryMs };
    },
    read: (reply, leg, asked) =>
      asked === STATUS_QUESTION && inJson !== undefined
        ? readStatusAnswer(reply, leg, profile, inJson)
        : readAnswer(reply, leg.command, asked === ENQUIRY ? 'enquiry' : 'payment', answers),
  };
}
