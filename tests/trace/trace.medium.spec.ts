// One trace a payment, from the door through routing and the adapters: every service, simulators, PostgreSQL.
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { until } from '../world/until.js';
import { TracedSwitch, type ServiceSpan } from '../world/traced-switch.js';

// A bound for what hangs: a busy machine needs a minute to start the whole switch.
jest.setTimeout(300_000);

const OUTBOUND = [
  'gateway gateway.payment',
  'routing routing payment.submit',
  'adapter-bakong leg.send',
  'routing routing leg.result',
  'adapter-thailand leg.send',
  'routing routing leg.result',
];

/** Every span but the root hangs below another of the same trace. */
function expectOneTree(spans: readonly ServiceSpan[]): void {
  expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1);
  const ids = new Set(spans.map(({ spanId }) => spanId));
  const roots = spans.filter(({ parentSpanId }) => parentSpanId === undefined || !ids.has(parentSpanId));
  expect(roots.map(({ name }) => name)).toEqual([
    spans.find(({ name }) => /^(gateway|door)\./.test(name))!.name,
  ]);
}

describe('a sampled payment', () => {
  let traced: TracedSwitch;
  beforeAll(async () => {
    traced = await TracedSwitch.start('trace', '1');
  });
  afterAll(() => traced?.close());

  it('outbound: gateway, routing, Bakong, routing, Thailand, routing', async () => {
    const payment = await traced.payOutbound();
    expect(payment.state).toBe('completed');
    const spans = await traced.spansOf(payment.paymentId, OUTBOUND);
    expectOneTree(spans);
    expect(spans.filter(({ name }) => name === 'routing leg.result')).toHaveLength(2);
    expect(spans.find(({ name }) => name === 'gateway.payment')!.attributes).toMatchObject({
      'tonle.payment_id': payment.paymentId,
      'tonle.channel': 'rest',
      'tonle.outcome': 'completed',
    });
  });

  it('inbound: door, routing, Bakong, routing', async () => {
    const { qrText } = await traced.control<{ qrText: string }>('POST', '/control/qr/khqr', {
      account: 'shop00042@angkor',
      amount: '41000',
    });
    const paid = await traced.control<{ state: string }>('POST', '/control/thailand/pay', { qrText });
    expect(paid.state).toBe('completed');
    const door = await until('the span of the door', () =>
      Promise.resolve(traced.spans().find(({ name }) => name === 'door.payment')),
    );
    const spans = await traced.spansOf(door.attributes['tonle.payment_id'] as string, [
      'routing routing payment.submit',
      'adapter-bakong leg.send',
      'routing routing leg.result',
    ]);
    expectOneTree(spans);
    expect(door.attributes).toMatchObject({ 'tonle.outcome': 'completed' });
  });

  it('with a silent partner: the enquiry and its answer are in the trace', async () => {
    await traced.control('POST', '/control/faults', {
      network: 'thailand',
      operation: 'pacs.008',
      fault: 'timeout_after',
      delayMs: 100,
      count: 1,
    });
    const payment = await traced.payOutbound();
    const spans = await traced.spansOf(payment.paymentId, [...OUTBOUND, 'adapter-thailand leg.enquire']);
    expectOneTree(spans);
    const enquiry = spans.find(({ name }) => name === 'leg.enquire')!;
    expect(enquiry.attributes).toMatchObject({
      'tonle.payment_id': payment.paymentId,
      'tonle.leg_outcome': 'accepted',
    });
    await until('the result of the enquiry', () =>
      Promise.resolve(traced.spans().find(({ parentSpanId }) => parentSpanId === enquiry.spanId)),
    );
  });
});

describe('a payment that is not sampled', () => {
  let traced: TracedSwitch;
  beforeAll(async () => {
    traced = await TracedSwitch.start('untraced', '0');
  });
  afterAll(() => traced?.close());

  it('leaves no span, unless its sender traces it', async () => {
    expect((await traced.payOutbound()).state).toBe('completed');
    expect(traced.spans()).toEqual([]);
    const traceId = 'a'.repeat(32);
    const { paymentId } = await traced.payOutbound({ traceparent: `00-${traceId}-${'b'.repeat(16)}-01` });
    const spans = await traced.spansOf(paymentId, OUTBOUND);
    expect(new Set(spans.map((span) => span.traceId))).toEqual(new Set([traceId]));
  });
});
