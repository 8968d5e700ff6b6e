import { writeIso, type Agent, type CanonicalMessage } from '@tonle/iso20022';

// Versions that this corridor speaks (decisions 25).
export const PACS_008 = 'pacs.008.001.08';
export const PACS_002 = 'pacs.002.001.10';
export const PACS_028 = 'pacs.028.001.03';
export const ACMT_023 = 'acmt.023.001.03';
export const ADMI_002 = 'admi.002.001.01';

export interface Ends {
  readonly from: Agent;
  readonly to: Agent;
}

/** Writes a message with its header in the switch's envelope. */
export function writeToThai(
  message: CanonicalMessage,
  version: string,
  ends: Ends,
  createdAt: string,
): Buffer {
  const businessMessageId =
    'messageId' in message
      ? message.messageId
      : 'relatedReference' in message
        ? message.relatedReference
        : version;
  const header = { ...ends, businessMessageId, messageDefinition: version, createdAt };
  return Buffer.from(writeIso(message, version, header, { envelope: 'tonle' }));
}
