import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { refused, type PaymentEventMessage, type Refusal } from '@tonle/contracts';
import type { RawMessage, MessageDialect } from './dialect.js';
import type { Door } from './door.js';
import { instructionOf, openDoorWorld, type DoorWorld } from './door.testing.js';
import { contentHashOf } from './instruction.js';
import { answerMessage } from './message.js';

// Real: PostgreSQL. The dialect's messages are `<message id> <content>`, and its answers are words.

let world: DoorWorld;
let door: Door<PaymentEventMessage>;
let refusal: Refusal | undefined;

const dialect: MessageDialect<string[], undefined, PaymentEventMessage> = {
  name: 'words',
  read: ({ bytes }) => {
    const asked = Buffer.from(bytes).toString().split(' ');
    const key = { messageId: asked[0]!, contentHash: contentHashOf([asked[1]!]) };
    return { kind: 'instruction', asked, key };
  },
  instruct: ([messageId, content], _found, { nowMs }) => {
    const contentHash = contentHashOf([content!]);
    return { kind: 'ok', instruction: instructionOf(nowMs, { messageId }, { contentHash }) };
  },
  write: (answer) => ({
    status: 200,
    contentType: 'text/plain',
    body: answer.kind === 'refused' ? answer.reason : answer.kind,
  }),
  writeUnreadable: () => ({ status: 400, contentType: 'text/plain', body: '' }),
};

async function say(text: string, isProblem = false): Promise<unknown> {
  const message: RawMessage = { bytes: Buffer.from(text), headers: {} };
  const answered = await answerMessage(door, dialect, message, {
    sender: 'A',
    waitMs: 0,
    find: () => Promise.resolve(refusal ?? { kind: 'ok', found: undefined }),
    isProblem: () => isProblem,
  });
  return answered.kind === 'refused' ? answered : answered.reply.body;
}

beforeAll(async () => {
  world = await openDoorWorld('refused_messages');
  door = world.door();
});
afterAll(() => world.close());
beforeEach(async () => {
  refusal = undefined;
  await world.test.database.query('TRUNCATE request, refused_message');
});

it('the same message is not paid later, over restarts; another one with its id is a new one', async () => {
  refusal = refused('corridor_closed');
  expect(await say('M1 a')).toBe('corridor_closed');
  refusal = undefined;
  door = world.door();
  expect(await say('M1 a')).toBe('corridor_closed');
  expect(await world.count()).toBe(0);
  expect(await say('M1 b')).toBe('taken');
  expect(await say('M2 a')).toBe('taken');
});

it('a repeat that is refused for the moment finds its payment later', async () => {
  expect(await say('M1 a')).toBe('taken');
  refusal = refused('corridor_closed');
  expect(await say('M1 a')).toBe('corridor_closed');
  refusal = undefined;
  expect(await say('M1 a')).toBe('taken');
  expect(await world.count()).toBe(1);
});

it('what is no answer in the dialect ends nothing', async () => {
  refusal = refused('overloaded');
  expect(await say('M1 a', true)).toMatchObject({ kind: 'refused' });
  refusal = undefined;
  expect(await say('M1 a')).toBe('taken');
});

it('forgets what no message can follow any more', async () => {
  refusal = refused('corridor_closed');
  await say('M1 a');
  await say('M2 a');
  await world.test.database.query(
    `UPDATE refused_message SET refused_at = refused_at - interval '8 days' WHERE message_id = 'M1'`,
  );
  await door.refused.forget();
  const kept = await world.test.database.query('SELECT message_id FROM refused_message');
  expect(kept).toEqual([{ message_id: 'M2' }]);
});
