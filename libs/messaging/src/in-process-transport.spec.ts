import { describe, expect, it } from '@jest/globals';
import { InProcessTransport } from './in-process-transport.js';
import type { InboundRecord } from './transport.js';

describe('events in process', () => {
  it('never count as handled when their group has closed: the writer publishes them again', async () => {
    const transport = new InProcessTransport();
    const subscription = await transport.subscribe('t', () => Promise.resolve(), { group: 'a' });
    await subscription.close();
    let handled = false;
    void transport
      .publish([{ topic: 't', key: 'k', type: 'test.made', messageId: 'm1', body: '{}' }])
      .then(() => (handled = true));
    await new Promise((done) => setImmediate(done));
    await transport.close();
    expect(handled).toBe(false);
  });

  it('let a group subscribe again after it has closed', async () => {
    const transport = new InProcessTransport();
    await (await transport.subscribe('t', () => Promise.resolve(), { group: 'a' })).close();
    const seen: string[] = [];
    const again = (records: readonly InboundRecord[]) => {
      seen.push(...records.map((one) => one.messageId));
      return Promise.resolve();
    };
    await transport.subscribe('t', again, { group: 'a' });
    await transport.publish([{ topic: 't', key: 'k', type: 'test.made', messageId: 'm1', body: '{}' }]);
    expect(seen).toEqual(['m1']);
    await transport.close();
  });
});
