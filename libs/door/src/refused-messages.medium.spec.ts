import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { refused, type PaymentEventMessage, type Refusal } from '@tonle/contracts';
import type { Database } from '@tonle/persistence';
import { lockWaiters } from '../../../tests/world/lock-waiters.js';
import { until } from '../../../tests/world/until.js';
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

it('a repeat gets its payment, whatever speaks against it by now; another one with its id is refused', async () => {
  expect(await say('M1 a')).toBe('taken');
  refusal = refused('corridor_closed');
  expect(await say('M1 a')).toBe('taken');
  expect(await say('M1 b')).toBe('key_reused');
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

describe('a message that comes twice at once, to be taken and to be refused,', () => {
  let other: Database;
  beforeAll(async () => {
    other = await world.test.another();
  });

  /** Two that say the same, the second when the first has written and cannot commit, because somebody holds `row`. */
  async function bothWhile(row: string, refusals: readonly (Refusal | undefined)[]): Promise<unknown[]> {
    return other.transaction(async (holder) => {
      await holder.query(row);
      const answers = [];
      for (const each of refusals) {
        refusal = each;
        const answer = say('M1 a');
        answers.push(answer);
        let answered = false;
        void answer.finally(() => (answered = true));
        await until(
          'an answer, or one who waits',
          async () => answered || (await lockWaiters(world.test.database)) === answers.length,
        );
      }
      return answers;
    });
  }

  it('is taken where that was first', async () => {
    const answers = await bothWhile('SELECT 1 FROM outbox_lane FOR UPDATE', [
      undefined,
      refused('corridor_closed'),
    ]);
    expect(await Promise.all(answers)).toEqual(['taken', 'taken']);
    expect(await say('M1 a')).toBe('taken');
    expect(await world.count()).toBe(1);
  });

  it('is taken where refusals are not kept, too', async () => {
    const key = { sender: 'A', messageId: 'M1', contentHash: contentHashOf(['a']) };
    const [first, second] = await other.transaction(async (holder) => {
      await holder.query('SELECT 1 FROM outbox_lane FOR UPDATE');
      const taking = say('M1 a');
      await until('its commit to wait', async () => (await lockWaiters(world.test.database)) === 1);
      const repeat = door.repeatOr(refused('quote_expired'), key, 0);
      await until('the other to wait for it', async () => (await lockWaiters(world.test.database)) === 2);
      return [taking, repeat];
    });
    expect(await first).toBe('taken');
    expect(await second).toMatchObject({ kind: 'taken', repeated: true });
  });

  it('is refused where that was first', async () => {
    const row = `
      INSERT INTO refused_message (sender, message_id, content_hash, refusal)
      VALUES ('A', 'M1', '\\x${contentHashOf(['a']).toString('hex')}', '${JSON.stringify(refused('corridor_closed'))}')`;
    const answers = await bothWhile(row, [refused('corridor_closed'), undefined]);
    expect(await Promise.all(answers)).toEqual(['corridor_closed', 'corridor_closed']);
    expect(await world.count()).toBe(0);
  });
});
