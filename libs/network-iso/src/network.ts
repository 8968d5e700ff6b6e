import { httpWire, signed, type Network, type Rail } from '@tonle/network';
import { prepareCredit } from './credit-transfer.js';
import { enquiryOf } from './enquiry.js';
import { isoInbound } from './inbound.js';
import { WIRE, XML, type Speaker } from './message.js';
import { isoPayees } from './payees.js';
import type { IsoProfile } from './profile.js';
import { isoSettings, type IsoSettings, type SettingNames } from './settings.js';
import { isoStatement } from './statement.js';
import { readAnswer } from './status-answer.js';

const PAYMENT = 'pacs.008';
const ENQUIRY = 'pacs.028';

/** A network of plain ISO 20022 from its profile. */
export function isoNetwork(profile: IsoProfile, names: SettingNames): Network<IsoSettings> {
  return {
    id: profile.id,
    settings: isoSettings(profile, names),
    wires: ({ url, connections, tls, signature }) => ({
      [WIRE]: httpWire({ origin: url.origin, connections, tls }, signed(signature)),
    }),
    rail: ({ bic, sendMs }) => isoRail({ profile, bic }, sendMs),
    payees: ({ bic }) => isoPayees({ profile, bic }),
    ...(profile.statement.kind !== 'none' && {
      statement: ({ statementAccounts }: IsoSettings) => isoStatement(profile, statementAccounts)!,
    }),
    ...(profile.inbound !== undefined && {
      inbound: ({ bic, listener }: IsoSettings) => isoInbound({ profile, bic }, profile.inbound!, listener),
    }),
  };
}

/** pacs.008 moves money, pacs.028 asks about it. What the network collects it secures itself: there are only credits. */
function isoRail(speaker: Speaker, sendMs: number): Rail {
  const { paths, timeouts, answers, notFoundIsFinal } = speaker.profile;
  const post = { wire: WIRE, method: 'POST', contentType: XML } as const;
  return {
    legs: ['credit'],
    notFoundIsFinal,
    // A profile does not say so: a refusal of a repeat says nothing of the first.
    refusesRepeats: false,
    sendMs,
    prepare: (command, parties) => prepareCredit(command, parties, speaker),
    send: ({ bytes }) => ({ ...post, path: paths.payment, body: bytes, operation: PAYMENT }),
    enquire: (leg, at) => {
      const body = enquiryOf(leg, at, speaker);
      if (!(body instanceof Uint8Array)) return body;
      return { ...post, path: paths.enquiry, body, operation: ENQUIRY, timeoutMs: timeouts.enquiryMs };
    },
    read: (reply, { command }, asked) =>
      readAnswer(reply, command, asked === PAYMENT ? 'payment' : 'enquiry', answers),
  };
}
