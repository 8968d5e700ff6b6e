import { writeIso, type Agent, type CanonicalMessage } from '@tonle/iso20022';
import type { AnswerStamp, Reply, Unreadable } from '../dialect.js';
import type { IsoAsked, IsoUsage } from './iso-usage.js';

/** Of the message that says that another one could not be read. */
export const REJECTION = 'admi.002.001.01';

/** To whom an answer's header goes, in which version. */
export interface Asker {
  readonly from?: Agent;
  readonly headerVersion?: string;
}

/** Whoever has sent a message. */
export const askerOf = ({ header, headerVersion }: Pick<IsoAsked, 'header' | 'headerVersion'>): Asker => ({
  from: header?.from,
  headerVersion,
});

/** An answer, bare or in the envelope with a business header. */
export function enveloped(
  content: CanonicalMessage,
  version: string,
  asker: Asker,
  usage: Pick<IsoUsage<never, never>, 'self' | 'amounts' | 'peer'>,
  { messageId, nowMs, sender }: AnswerStamp,
): string {
  const { self, amounts } = usage;
  const to = usage.peer?.(sender) ?? asker.from;
  if (to === undefined) return writeIso(content, version, undefined, { amounts });
  const businessMessageId = content.kind === 'rejection' ? content.relatedReference : messageId;
  const createdAt = new Date(nowMs).toISOString();
  const header = { from: self, to, businessMessageId, messageDefinition: version, createdAt };
  const { headerVersion } = asker;
  return writeIso(content, version, header, {
    envelope: 'tonle',
    amounts,
    ...(headerVersion === undefined ? {} : { headerVersion }),
  });
}

/** The admi.002 for what could not be read. */
export function isoRejection(
  unreadable: Unreadable,
  usage: Pick<IsoUsage<never, never>, 'self' | 'amounts' | 'peer' | 'contentType' | 'rejection'>,
  stamp: AnswerStamp,
): Reply {
  const content: CanonicalMessage = {
    kind: 'rejection',
    rejectedAt: new Date(stamp.nowMs).toISOString(),
    ...usage.rejection(unreadable),
  };
  const body = enveloped(content, REJECTION, {}, usage, stamp);
  return { status: 400, contentType: usage.contentType, body };
}
