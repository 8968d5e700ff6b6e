export * from './telemetry.js';
export { createTelemetry, createTestTelemetry } from './create-telemetry.js';
export type { FinishedSpan, TelemetrySettings, TestTelemetry } from './create-telemetry.js';
export { metricsText } from './metrics.js';
export { isSampled, paymentFields, traceIdOf } from './trace-context.js';
