import { legKeyOf, type LegCommand, type LegKind } from '@tonle/contracts';
import type { ParticipantBody } from '@tonle/directory';
import type { OwnNames } from '@tonle/door';
import { writeIso, type Agent, type CanonicalMessage } from '@tonle/iso20022';
import type { IsoProfile } from './profile.js';

export const XML = 'application/xml';
/** The only way to a network of plain ISO 20022. */
export const WIRE = 'network';

/** Us towards one network. */
export interface Speaker {
  readonly profile: IsoProfile;
  /** Our BIC. */
  readonly bic: string;
}

export interface Ends {
  readonly from: Agent;
  readonly to: Agent;
}

/** Ourselves as the network names us. */
export function ownAgent({ profile: { agents }, bic }: Speaker): Agent {
  return agents.by === 'bic' ? { bic } : memberOf(agents.own, agents.clearingSystem);
}

/** All that the network may call us. */
export function ownNames({ profile: { agents }, bic }: Speaker): OwnNames {
  return agents.by === 'bic' ? { bic } : { bic, memberId: agents.own };
}

/** An institution as the network names it; undefined when it has no such name. */
export function agentOf(
  participant: ParticipantBody | undefined,
  { profile: { agents } }: Speaker,
): Agent | undefined {
  if (participant === undefined) return undefined;
  const { participantId, bic } = participant;
  if (agents.by === 'member' && Object.hasOwn(agents.members, participantId))
    return memberOf(agents.members[participantId]!, agents.clearingSystem);
  return bic === undefined ? undefined : { bic };
}

function memberOf(memberId: string, clearingSystem: string | undefined): Agent {
  return clearingSystem === undefined ? { memberId } : { memberId, clearingSystem };
}

/** Writes a message with its header in the switch's envelope. */
export function writeMessage(
  message: CanonicalMessage,
  version: string,
  ends: Ends,
  createdAt: string,
  { amounts }: Pick<IsoProfile, 'amounts'>,
): Buffer {
  const header = {
    ...ends,
    businessMessageId: businessIdOf(message, version),
    messageDefinition: version,
    createdAt,
  };
  return Buffer.from(writeIso(message, version, header, { envelope: 'tonle', amounts }));
}

function businessIdOf(message: CanonicalMessage, version: string): string {
  if ('messageId' in message) return message.messageId;
  return 'relatedReference' in message ? message.relatedReference : version;
}

const MESSAGE_ID = /^([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})([DCR])$/;
const LEG_OF_LETTER: Readonly<Record<string, LegKind>> = { D: 'debit', C: 'credit', R: 'reversal' };

/** The leg key without hyphens and colon: 33 characters, the idempotency key that the network sees. */
export function messageIdOf(legKey: string): string {
  return legKey.replace(/[-:]/g, '');
}

/** The leg key of a message id; undefined when it is none of ours. */
export function legKeyOfMessageId(messageId: string): string | undefined {
  const match = MESSAGE_ID.exec(messageId);
  if (match === null) return undefined;
  return legKeyOf(match.slice(1, 6).join('-'), LEG_OF_LETTER[match[6]!]!);
}

/** A leg as its message names it. */
export type NamedLeg = Pick<LegCommand, 'legKey' | 'uetr' | 'endToEndId' | 'refundOf'>;

/** What a leg goes by there: a return has the UETR of what it gives back, so that only its message id is its own. */
export function namesOf({ legKey, uetr, endToEndId, refundOf }: NamedLeg): {
  readonly messageId: string;
  readonly uetr: string;
  readonly endToEndId: string;
  readonly isReturn: boolean;
} {
  const messageId = messageIdOf(legKey);
  return refundOf === undefined
    ? { messageId, uetr, endToEndId, isReturn: false }
    : { messageId, uetr: refundOf.uetr, endToEndId: refundOf.endToEndId, isReturn: true };
}
