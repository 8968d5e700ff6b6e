import { legKeyOf, type LegKind } from '@tonle/contracts';

const MESSAGE_ID = /^([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})([DCR])$/;
const LEG_OF_LETTER: Readonly<Record<string, LegKind>> = { D: 'debit', C: 'credit', R: 'reversal' };

/** The leg key without hyphens and colon: 33 characters, the idempotency key that the Thai side sees. */
export function messageIdOf(legKey: string): string {
  return legKey.replace(/[-:]/g, '');
}

/** The leg key of a message id; undefined when it is none of ours. */
export function legKeyOfMessageId(messageId: string): string | undefined {
  const match = MESSAGE_ID.exec(messageId);
  if (match === null) return undefined;
  return legKeyOf(match.slice(1, 6).join('-'), LEG_OF_LETTER[match[6]!]!);
}
