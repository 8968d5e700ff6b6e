import { describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { createTelemetry, createTestTelemetry } from './create-telemetry.js';
import { metricsText } from './metrics.js';
import { isSampled, paymentFields, traceIdOf } from './trace-context.js';

describe('spans', () => {
  it('joins spans of two services into one trace by traceparent', () => {
    const gateway = createTestTelemetry('gateway');
    const routing = createTestTelemetry('routing');
    const root = gateway.span('accept', undefined, { 'tonle.payment_id': 'p1' });
    const child = routing.span('reserve', root.traceparent);
    child.fail(new Error('no room'));
    child.end();
    root.end();
    const [reserve] = routing.finishedSpans();
    const [accept] = gateway.finishedSpans();
    expect(reserve).toMatchObject({
      name: 'reserve',
      traceId: accept!.traceId,
      parentSpanId: accept!.spanId,
      failed: true,
    });
    expect(accept).toMatchObject({
      attributes: { 'tonle.payment_id': 'p1' },
      parentSpanId: undefined,
      failed: false,
    });
  });

  it('hands an unsampled context on untouched and records nothing', () => {
    const telemetry = createTestTelemetry('gateway');
    const header = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-00`;
    const span = telemetry.span('x', header);
    span.end();
    expect(span.traceparent).toBe(header);
    expect(telemetry.finishedSpans()).toEqual([]);
  });

  it('samples at the head: with ratio 0 a new trace has an id but is not recorded', () => {
    const telemetry = createTestTelemetry('gateway', { TONLE_TRACE_RATIO: '0' });
    const span = telemetry.span('x');
    span.end();
    expect(span.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
    expect(traceIdOf(span.traceparent)).toHaveLength(32);
    expect(telemetry.finishedSpans()).toEqual([]);
  });

  it.each([
    '',
    'garbage',
    `00-${'0'.repeat(32)}-${'b'.repeat(16)}-01`,
    `01-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
  ])('starts a new trace below the malformed header %p', (header) => {
    const telemetry = createTestTelemetry('gateway');
    telemetry.span('x', header).end();
    expect(telemetry.finishedSpans()).toHaveLength(1);
  });

  it('does nothing without a collector', () => {
    const telemetry = createTelemetry('gateway', { TONLE_TRACE_RATIO: '1' });
    expect(telemetry.span('x').traceparent).toBeUndefined();
  });
});

describe('a traceparent', () => {
  const traceId = 'a'.repeat(32);
  const header = (flags: string) => `00-${traceId}-${'b'.repeat(16)}-${flags}`;

  it('is sampled by its lowest flag only', () => {
    expect(['01', '03', '00', '02'].map((flags) => isSampled(header(flags)))).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect([isSampled(undefined), isSampled('garbage')]).toEqual([false, false]);
  });

  it('gives the fields of a log line', () => {
    expect(paymentFields('p1', header('01'))).toEqual({ paymentId: 'p1', traceId });
    expect(paymentFields('p1', undefined)).toEqual({ paymentId: 'p1' });
  });
});

describe('metrics', () => {
  it('keeps services of one process apart by label and tells the process once', async () => {
    const gateway = createTestTelemetry('gateway');
    const routing = createTestTelemetry('routing');
    gateway.counter('tonle_test_total', 'A test', ['kind']).inc({ kind: 'a' }, 2);
    gateway.counter('tonle_test_total', 'A test', ['kind']).inc({ kind: 'a' });
    routing.counter('tonle_test_total', 'A test', ['kind']).inc({ kind: 'a' });
    const { text } = await metricsText();
    expect(text).toContain('tonle_test_total{kind="a",service="gateway"} 3');
    expect(text).toContain('tonle_test_total{kind="a",service="routing"} 1');
    expect(text.match(/^# TYPE tonle_test_total /gm)).toHaveLength(1);
    expect(text.match(/^process_cpu_seconds_total /gm)).toHaveLength(1);
  });

  it('refuses settings it cannot use', () => {
    expect(() => createTelemetry('x', { TONLE_TRACE_RATIO: '2' })).toThrow('TONLE_TRACE_RATIO');
    expect(() => createTelemetry('x', { TONLE_LOG_LEVEL: 'loud' })).toThrow('TONLE_LOG_LEVEL');
  });
});

describe('a log line', () => {
  it('cannot turn the terminal round that it is read on, and says the same', () => {
    const hooks = (
      createTestTelemetry('routing').log as unknown as Record<
        symbol,
        { streamWrite: (line: string) => string }
      >
    )[Symbol.for('pino.hooks')]!;
    const line = hooks.streamWrite(`${JSON.stringify({ name: 'a\u202eb\u001b[31m' })}\n`);
    expect(line).toMatch(/^[\x20-\x7e]+\n$/);
    expect(JSON.parse(line)).toEqual({ name: 'a\u202eb\u001b[31m' });
  });
});

describe('errors in logs', () => {
  const serializers = (
    createTestTelemetry('gateway').log as unknown as Record<
      symbol,
      Record<string, (error: unknown) => unknown>
    >
  )[pino.symbols.serializersSym]!;

  it.each(['err', 'cause'])('tells of %s what it is and where, never what it stumbled over', (field) => {
    const foreign = Object.assign(new Error(`bad row ${'x'.repeat(10_000)}`), {
      code: '23514',
      constraint: 'amount_positive',
      detail: 'Failing row contains (Sok Dara, 00020101021229...)',
      parameters: ['Sok Dara'],
      input: { qrText: '00020101021229' },
      response: { data: 'Sok Dara' },
    });
    foreign.cause = Object.assign(new TypeError('below'), { name: 'TypeError', where: 'Sok Dara' });
    const logged = serializers[field]!(foreign);
    expect(logged).toMatchObject({
      type: 'Error',
      code: '23514',
      constraint: 'amount_positive',
      message: expect.stringMatching(/^bad row x+\.\.\.$/),
      stack: expect.stringMatching(/^ {4}at /),
      cause: { type: 'TypeError', message: 'below' },
    });
    expect(JSON.stringify(logged)).not.toMatch(/Dara|0002010|x{400}/);
  });

  it.each<[string, () => unknown, string]>([
    ['a parser', () => JSON.parse('{"name": Sok Dara}'), 'Unexpected token'],
    ['a parser at its end', () => JSON.parse('00020101021229 Dara'), 'JSON'],
    ['the language', () => BigInt('Sok Dara'), 'Cannot convert ... to a BigInt'],
    ['Node.js', () => Buffer.from('Dara', 'Sok Dara' as never), 'Unknown encoding'],
    [
      'Node.js, of an argument',
      () => Buffer.alloc('Sok Dara' as never),
      'The "..." argument must be of type',
    ],
  ])('of %s tell the words around what it stumbled over', (_maker, work, told) => {
    const logged = serializers['err']!(thrownBy(work)) as { message: string };
    expect(logged.message).toContain(told);
    expect(JSON.stringify(logged)).not.toMatch(/Dara|0002010/);
  });

  it.each<[string, string, string, string]>([
    [
      '22P02',
      'invalid input syntax for type uuid: "Sok Dara"',
      'invalid input syntax for type uuid: "..."',
      'pg-protocol',
    ],
    ['22P02', 'malformed array literal: "{"a":"Dara"}"', 'malformed array literal: "..."', 'pg-protocol'],
    ['42P01', 'relation "request" does not exist', 'relation "request" does not exist', 'pg-protocol'],
    ['FST_X', "Unknown header 'Dara'", "Unknown header '...'", 'fastify'],
    ['own', 'window "BAKONG" waits', 'window "BAKONG" waits', '@tonle/routing'],
  ])('of packages tell names, never values: %s %s', (code, message, told, made) => {
    const error = Object.assign(new Error(message), {
      code,
      stack: `Error: ${message}\n    at parse (/srv/node_modules/${made}/dist/index.js:1:1)\n    at /srv/libs/x.js:1:1`,
    });
    expect(serializers['err']!(error)).toMatchObject({ code, message: told });
  });

  it('ends with causes that go in a circle, and shows what is no error', () => {
    const circle = new Error('a');
    circle.cause = circle;
    expect(JSON.stringify(serializers['err']!(circle)).match(/"type"/g)).toHaveLength(4);
    expect(serializers['err']!(undefined)).toEqual({ type: 'undefined', message: 'undefined' });
    expect(serializers['cause']!('away')).toBe('away');
  });
});

function thrownBy(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}
