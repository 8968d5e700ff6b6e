import { describe, expect, it } from '@jest/globals';
import type { CallBack, CallBacks } from './call-backs.js';
import type { WireReply } from './exchange.js';
import type { WireRequest } from './network.js';
import { OpenWires } from './open-wires.js';
import { httpWire, type WireContext, type WirePart } from './wire.js';

// What is answered by call-back is one question with one reply, whichever of receipt and answer comes first.

const REQUEST: WireRequest = {
  wire: 'api',
  method: 'GET',
  path: '/parties/1',
  operation: 'parties',
  answeredAt: 'parties/1',
};
const CALL_BACK: CallBack = { bytes: Buffer.from('the payee'), headers: { signature: 's' } };
const answered = (status: number): WireReply => ({
  kind: 'answered',
  status,
  headers: {},
  bytes: Buffer.of(),
});

interface Asked {
  readonly receipt: WireReply;
  /** What waits for it; undefined: nothing ever comes. */
  readonly callBack?: Promise<CallBack>;
}

/** Asks over a wire that gives this receipt; the call-back is there when it is, at once or later. */
async function ask({ receipt, callBack }: Asked, request = REQUEST) {
  const steps: string[] = [];
  const callBacks: Pick<CallBacks, 'enter'> = {
    enter: (key) => {
      steps.push(`enter ${key}`);
      return {
        within: (ms) => {
          steps.push(`wait ${ms > 0}`);
          return callBack ?? Promise.resolve(undefined);
        },
        leave: () => void steps.push('leave'),
      };
    },
  };
  const played: WirePart = () => () => () => {
    steps.push('send');
    return Promise.resolve({ reply: receipt, evidence: [] });
  };
  const context = { clock: { now: () => 7 } } as WireContext;
  const wires = new OpenWires(
    { api: httpWire({ origin: 'http://127.0.0.1:1', connections: 1 }, played) },
    context,
    callBacks,
  );
  const carried = await wires.ask(request, { subject: 's' });
  await wires.close();
  return { ...carried, steps };
}

describe('a question that is answered by call-back', () => {
  it('waits before it is sent, and is answered by what comes', async () => {
    const { reply, evidence, steps } = await ask({
      receipt: answered(202),
      callBack: Promise.resolve(CALL_BACK),
    });
    expect(reply).toEqual({ kind: 'answered', status: 200, ...CALL_BACK });
    expect(evidence).toEqual([{ subject: 's', direction: 'in', at: 7, operation: 'parties', ...CALL_BACK }]);
    expect(steps).toEqual(['enter parties/1', 'send', 'wait true', 'leave']);
  });

  it.each<[string, WireReply]>([
    ['was lost', { kind: 'ambiguous', because: 'ECONNRESET' }],
    ['did not come in time', { kind: 'ambiguous', because: 'timeout' }],
  ])('is answered by call-back, though its receipt %s', async (_how, receipt) => {
    const { reply } = await ask({ receipt, callBack: Promise.resolve(CALL_BACK) });
    expect(reply).toMatchObject({ kind: 'answered', status: 200 });
  });

  it('is open when no call-back comes', async () => {
    const { reply, steps } = await ask({ receipt: answered(202) });
    expect(reply).toEqual({ kind: 'ambiguous', because: 'timeout' });
    expect(steps.at(-1)).toBe('leave');
  });

  it.each<[string, WireReply]>([
    ['is refused at once', answered(400)],
    ['never left', { kind: 'not_sent', because: 'ECONNREFUSED' }],
  ])('that %s is not waited for', async (_how, receipt) => {
    const { reply, steps } = await ask({ receipt, callBack: Promise.resolve(CALL_BACK) });
    expect(reply).toBe(receipt);
    expect(steps).toEqual(['enter parties/1', 'send', 'leave']);
  });

  it('is no affair of others', async () => {
    const { answeredAt: _key, ...plain } = REQUEST;
    const { reply, steps } = await ask({ receipt: answered(202) }, plain);
    expect(reply).toEqual(answered(202));
    expect(steps).toEqual(['send']);
  });
});
