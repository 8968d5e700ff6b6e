import { printable } from '@tonle/contracts';
import { InMemorySpanExporter } from '@opentelemetry/sdk-trace-base';
import type { SpanExporter } from '@opentelemetry/sdk-trace-base';
import { pino } from 'pino';
import type { Logger } from 'pino';
import { loggedError } from './logged-error.js';
import { LogOutput } from './log-output.js';
import { Metrics } from './metrics.js';
import type { Telemetry } from './telemetry.js';
import { Tracer } from './tracer.js';

const LOG_LEVEL = 'warn';
const TRACE_RATIO = '0.01';
/** One for all services of a process. */
const OUTPUT = new LogOutput();

export type TelemetrySettings = Readonly<Record<string, string | undefined>>;

/**
 * Logs to standard output as JSON lines, metrics in a registry of the service, spans to the collector.
 * Reads TONLE_LOG_LEVEL (default warn), TONLE_OTLP_URL (no tracing without), TONLE_TRACE_RATIO (0 to 1).
 */
export function createTelemetry(service: string, settings: TelemetrySettings): Telemetry {
  return assemble(service, settings);
}

export interface FinishedSpan {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly failed: boolean;
}

export interface TestTelemetry extends Telemetry {
  /** What has ended so far, in the order of ending. */
  finishedSpans(): FinishedSpan[];
}

/** Records every span in memory and logs nothing below `fatal` unless TONLE_LOG_LEVEL says so. */
export function createTestTelemetry(service: string, settings: TelemetrySettings = {}): TestTelemetry {
  const exporter = new InMemorySpanExporter();
  const telemetry = assemble(
    service,
    { TONLE_LOG_LEVEL: 'silent', TONLE_TRACE_RATIO: '1', ...settings },
    exporter,
  );
  const finishedSpans = () =>
    exporter.getFinishedSpans().map((span) => ({
      name: span.name,
      traceId: span.spanContext().traceId,
      spanId: span.spanContext().spanId,
      parentSpanId: span.parentSpanContext?.spanId,
      attributes: span.attributes,
      failed: span.status.code === 2,
    }));
  return Object.assign(telemetry, { finishedSpans });
}

function ratioOf(text: string): number {
  const ratio = Number(text);
  if (!(ratio >= 0 && ratio <= 1)) throw new Error(`TONLE_TRACE_RATIO must be between 0 and 1, not ${text}`);
  return ratio;
}

function loggerOf(service: string, level: string): Logger {
  if (level !== 'silent' && pino.levels.values[level] === undefined) {
    throw new Error(
      `TONLE_LOG_LEVEL must be one of ${Object.keys(pino.levels.values).join(', ')}, silent, not ${level}`,
    );
  }
  const options = {
    level,
    base: { service },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    // Texts of others stand in it, and it is read on terminals.
    hooks: { streamWrite: printable },
    serializers: { err: loggedErrorOf, cause: loggedErrorOf },
  };
  return pino(options, OUTPUT);
}

/** Under `err` and `cause` stands an error, or a text about one. */
function loggedErrorOf(value: unknown): unknown {
  return typeof value === 'string' ? value : loggedError(value);
}

function assemble(service: string, settings: TelemetrySettings, exporter?: SpanExporter): Telemetry {
  const metrics = new Metrics(service);
  const tracer = new Tracer({
    service,
    ratio: ratioOf(settings['TONLE_TRACE_RATIO'] ?? TRACE_RATIO),
    otlpUrl: settings['TONLE_OTLP_URL'] || undefined,
    exporter,
  });
  return {
    log: loggerOf(service, settings['TONLE_LOG_LEVEL'] ?? LOG_LEVEL),
    registry: metrics.registry,
    counter: (name, help, labels, series) => metrics.counter(name, help, labels, series),
    gauge: (name, help, labels) => metrics.gauge(name, help, labels),
    histogram: (name, help, labels, buckets) => metrics.histogram(name, help, labels, buckets),
    span: (name, traceparent, attributes) => tracer.span(name, traceparent, attributes),
    close: async () => {
      metrics.close();
      await tracer.close();
    },
  };
}
