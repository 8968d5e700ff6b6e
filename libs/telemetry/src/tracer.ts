import { randomFillSync } from 'node:crypto';
import { ROOT_CONTEXT, SpanStatusCode, trace } from '@opentelemetry/api';
import type { Span as OtelSpan, Tracer as OtelTracer } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { SpanExporter } from '@opentelemetry/sdk-trace-base';
import { loggedError } from './logged-error.js';
import type { Span } from './telemetry.js';
import { readTraceparent, writeTraceparent } from './trace-context.js';

type Attributes = Record<string, string | number | boolean>;

const ID_POOL_BYTES = 24 * 256;
const RATIO_SCALE = 2 ** 32;

/** A span nobody records: hands its parent's context on and does nothing else. */
class UnsampledSpan implements Span {
  constructor(readonly traceparent: string | undefined) {}
  set(): void {}
  fail(): void {}
  end(): void {}
}

const SPAN_WHEN_OFF = new UnsampledSpan(undefined);

class RecordedSpan implements Span {
  readonly traceparent: string;
  private readonly span: OtelSpan;

  constructor(span: OtelSpan) {
    this.span = span;
    const { traceId, spanId } = span.spanContext();
    this.traceparent = writeTraceparent({ traceId, spanId, sampled: true });
  }

  set(name: string, value: string | number | boolean): void {
    this.span.setAttribute(name, value);
  }

  fail(error: unknown): void {
    this.span.setStatus({ code: SpanStatusCode.ERROR, message: loggedError(error).message });
  }

  end(): void {
    this.span.end();
  }
}

export interface TracerOptions {
  readonly service: string;
  /** 0 to 1: the share of new traces that is recorded. */
  readonly ratio: number;
  /** Base URL of an OTLP/HTTP collector. */
  readonly otlpUrl?: string;
  /** Gets every finished span at once; tests read it. */
  readonly exporter?: SpanExporter;
}

/** Manual spans with head sampling; an unsampled trace costs one parse of its header. */
export class Tracer {
  private readonly tracer: OtelTracer | undefined;
  private readonly provider: BasicTracerProvider | undefined;
  private readonly ratio: number;
  private readonly ids = Buffer.alloc(ID_POOL_BYTES);
  private idAt = ID_POOL_BYTES;

  constructor(options: TracerOptions) {
    this.ratio = options.ratio;
    const processors = [];
    if (options.exporter !== undefined) processors.push(new SimpleSpanProcessor(options.exporter));
    if (options.otlpUrl !== undefined) {
      const url = `${options.otlpUrl.replace(/\/+$/, '').replace(/\/v1\/traces$/, '')}/v1/traces`;
      processors.push(new BatchSpanProcessor(new OTLPTraceExporter({ url })));
    }
    if (processors.length === 0) return;
    const resource = resourceFromAttributes({
      'service.name': options.service,
      'service.namespace': 'tonle',
    });
    this.provider = new BasicTracerProvider({ spanProcessors: processors, resource });
    this.tracer = this.provider.getTracer('tonle');
  }

  /** A child of `traceparent`, recorded when that is; without one, the first of a trace that may be sampled. */
  span(name: string, traceparent?: string, attributes?: Attributes): Span {
    if (this.tracer === undefined)
      return traceparent === undefined ? SPAN_WHEN_OFF : new UnsampledSpan(traceparent);
    const parent = readTraceparent(traceparent);
    if (parent !== undefined && !parent.sampled) return new UnsampledSpan(traceparent);
    if (parent === undefined) return this.newTrace(this.tracer, name, attributes);
    const { traceId, spanId } = parent;
    const context = trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags: 1, isRemote: true });
    return new RecordedSpan(this.tracer.startSpan(name, { attributes }, context));
  }

  /** Sends what is left; a collector that is away loses it. */
  async close(): Promise<void> {
    // A collector that is away must not keep the service from stopping.
    await this.provider?.shutdown().catch(() => undefined);
  }

  private newTrace(tracer: OtelTracer, name: string, attributes?: Attributes): Span {
    if (this.idAt + 24 > ID_POOL_BYTES) {
      randomFillSync(this.ids);
      this.idAt = 0;
    }
    const at = this.idAt;
    this.idAt += 24;
    if (this.ids.readUInt32BE(at) / RATIO_SCALE < this.ratio) {
      return new RecordedSpan(tracer.startSpan(name, { attributes, root: true }, ROOT_CONTEXT));
    }
    const traceId = this.ids.toString('hex', at, at + 16);
    return new UnsampledSpan(
      writeTraceparent({ traceId, spanId: this.ids.toString('hex', at + 16, at + 24), sampled: false }),
    );
  }
}
