// What payments are for, on both ways of running: real PostgreSQL, Kafka and Redis, real simulators, real HTTP. One installation for all
// of it, since a cluster takes its time to start; each file of tests/e2e/payments is a part of it.
import { afterAll, afterEach, beforeAll, describe, jest } from '@jest/globals';
import { MODES, TestInstallation } from '../world/installation.js';
import type { InstallationTests } from '../world/installation-tests.js';
import { flowTests } from './payments/flow.js';
import { oneCurrencyTests } from './payments/one-currency.js';
import { onlinePayTests } from './payments/online-pay.js';
import { paymentCodeTests } from './payments/payment-codes.js';
import { refundTests } from './payments/refunds.js';
import { statementTests } from './payments/statements.js';
import { SpanCollector, traceTests } from './payments/trace.js';
import { unionpayRefundTests } from './payments/unionpay-refunds.js';

jest.setTimeout(180_000);

describe.each(MODES)('on %s', (mode) => {
  const collector = new SpanCollector();
  let world: TestInstallation;

  const PARTS: Readonly<Record<string, InstallationTests>> = {
    'a trace': traceTests(collector),
    'dollars for dollars': oneCurrencyTests,
    'online payments': onlinePayTests,
    'merchants abroad': unionpayRefundTests,
    refunds: refundTests,
    'a code that a payer shows': paymentCodeTests,
    statements: statementTests(Date.now()),
    payments: flowTests,
  };

  beforeAll(async () => {
    const settings = { TONLE_OTLP_URL: await collector.listen(), TONLE_TRACE_RATIO: '0' };
    world = await TestInstallation.start(mode, settings);
  });
  afterEach(() => world.control('DELETE', '/control/faults'));
  afterAll(async () => {
    await world?.stop();
    await collector.close();
  });

  for (const [name, tests] of Object.entries(PARTS)) describe(name, () => tests(() => world));
});
