import type { Queryable } from '@tonle/persistence';
import type { RequestKey } from './intake.decide.js';

// A message is taken in one transaction and refused in another: who is to decide on it waits until the other has. The lock is
// of its own statement, since what a statement sees was committed before it began.

/** So many locks at most for a batch, whatever its size: all transactions of a server share the room for them. */
const LOCKS = 256;

const locked = (lock: string): string => `
  SELECT ${lock}(number)
  FROM (
    SELECT DISTINCT abs(hashtextextended(message_id, hashtextextended(sender, 0)) % ${LOCKS}) AS number
    FROM unnest($1::text[], $2::text[]) AS message (sender, message_id)
    ORDER BY number) AS numbers`;

const HELD_FOR_TAKING = locked('pg_advisory_xact_lock_shared');
const HELD_FOR_REFUSAL = locked('pg_advisory_xact_lock');

type MessageName = Pick<RequestKey, 'sender' | 'messageId'>;

/** None of these is refused until this transaction ends; who takes them waits for no one else who takes. */
export async function holdForTaking(transaction: Queryable, messages: readonly MessageName[]): Promise<void> {
  await transaction.query(HELD_FOR_TAKING, namesOf(messages));
}

/** It is neither taken nor refused by anybody else until this transaction ends. */
export async function holdForRefusal(transaction: Queryable, message: MessageName): Promise<void> {
  await transaction.query(HELD_FOR_REFUSAL, namesOf([message]));
}

function namesOf(messages: readonly MessageName[]): string[][] {
  return [messages.map(({ sender }) => sender), messages.map(({ messageId }) => messageId)];
}
