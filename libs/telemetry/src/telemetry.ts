import type { Logger } from 'pino';
import type { Counter, Gauge, Histogram, Registry } from 'prom-client';

/** A span of a sampled payment; for the others all methods do nothing. */
export interface Span {
  /** W3C trace context to hand on; undefined only when tracing is off. */
  readonly traceparent: string | undefined;
  set(name: string, value: string | number | boolean): void;
  fail(error: unknown): void;
  end(): void;
}

/** Logs, metrics and traces of one service. Tracing, metrics and retries are decorators around ports. */
export interface Telemetry {
  readonly log: Logger;
  readonly registry: Registry;
  /**
   * `series`: labels that are there from the start, at 0. Whoever alerts on a rise sees the first count only against a 0
   * before it.
   */
  counter(
    name: string,
    help: string,
    labels?: readonly string[],
    series?: readonly Readonly<Record<string, string>>[],
  ): Counter;
  gauge(name: string, help: string, labels?: readonly string[]): Gauge;
  histogram(name: string, help: string, labels?: readonly string[], buckets?: readonly number[]): Histogram;
  /** Starts a span below `traceparent`, or a new trace (head sampling) when there is none. */
  span(name: string, traceparent?: string, attributes?: Record<string, string | number | boolean>): Span;
  close(): Promise<void>;
}
