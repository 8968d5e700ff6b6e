import { hash } from 'node:crypto';
import { refused } from '@tonle/contracts';
import {
  accountName,
  instantOf,
  readAccounts,
  type EntriesMessage,
  type Notification,
} from '@tonle/iso20022';
import type { InboundStatements, StatementSource } from '@tonle/network';
import { localDayOf } from './credit-transfer.js';
import type { IsoProfile } from './profile.js';
import { BYTES_MAX, dayOf, ELEMENTS_MAX } from './statement.js';

// A network that tells of its day in camt.054, by messages that it sends to us. Each is a page of the day's notification of an
// account (NtfctnPgntn), and the last page says so: a page that is missing leaves the day without a statement.

/** What these messages are filed under. */
const CAMT_054 = 'camt.054';
const LIMITS = { maxBytes: BYTES_MAX, maxElements: ELEMENTS_MAX };

/** Takes the notifications of a network, each once by the account, the page and what it says. */
export function notificationRoute(profile: IsoProfile): InboundStatements {
  return {
    kind: 'statements',
    operation: CAMT_054,
    read: ({ bytes }) => {
      const reading = readAccounts(bytes, LIMITS);
      if (reading.kind === 'refused') {
        const [first] = reading.errors;
        return refused('schema_invalid', `${first?.path ?? '/'}: ${first?.detail ?? ''}`);
      }
      const { messages, version } = reading;
      if (!messages.every(isNotification))
        return refused('unknown_message', `${version} is not a notification.`);
      const pageless = messages.find(({ page }) => page === undefined);
      if (pageless !== undefined)
        return refused('element_missing', `Notification ${pageless.notificationId} has no NtfctnPgntn.`);
      const [day, ...others] = new Set(messages.map(({ from }) => dayIn(from, profile)));
      if (day === undefined || others.length > 0)
        return refused('element_missing', 'FrToDt has to name one day of all notifications of the message.');
      const records = messages.reduce((count, { entries }) => count + entries.length, 0);
      return { kind: 'ok', day, name: messages.map(nameOf).join(', '), digest: digestOf(messages), records };
    },
    write: ({ name }) => ({
      status: 200,
      contentType: 'application/json; charset=utf-8',
      body: JSON.stringify({ taken: name }),
    }),
  };
}

/** The statement of a day, of all that was sent of it; undefined when the network sends none. Throws while a page is missing. */
export function notifiedStatement(
  profile: IsoProfile,
  accounts?: readonly string[],
): StatementSource | undefined {
  const { statement } = profile;
  if (statement.kind !== 'camt.054') return undefined;
  return {
    kind: 'sent',
    operation: CAMT_054,
    utcOffsetMinutes: profile.utcOffsetMinutes,
    read: (parts, day) => {
      if (parts.length === 0) throw new Error(`no camt.054 of ${day} has come`);
      const messages = parts.flatMap((bytes) => {
        const reading = readAccounts(bytes, LIMITS);
        if (reading.kind === 'read') return reading.messages;
        throw new Error(`a camt.054 of ${day} cannot be read: ${reading.errors[0]?.detail ?? ''}`);
      });
      return dayOf(messages, day, profile, accounts ?? statement.accounts);
    },
  };
}

function isNotification(message: EntriesMessage): message is Notification {
  return message.kind === 'notification';
}

function dayIn(from: string | undefined, profile: IsoProfile): string | undefined {
  const at = from === undefined ? undefined : instantOf(from, profile.utcOffsetMinutes);
  return at === undefined ? undefined : localDayOf(new Date(at).toISOString(), profile);
}

/** Of a day, whatever the network calls it: what comes for a page twice has to say the same. */
function nameOf({ account, page }: Notification): string {
  return `${accountName(account)} page ${page?.number ?? ''}`;
}

/** What a message says, by whatever id and signature: sent again it may have others, and says the same. */
function digestOf(messages: readonly Notification[]): string {
  const said = messages.map(({ messageId: _id, createdAt: _at, ...each }) => each);
  const text = JSON.stringify(said, (_name, value: unknown) =>
    typeof value === 'bigint' ? value.toString() : value,
  );
  return hash('sha256', text);
}
