/** W3C trace context, version 00: `00-<32 hex>-<16 hex>-<flags>`. */
export interface TraceContext {
  readonly traceId: string;
  readonly spanId: string;
  readonly sampled: boolean;
}

const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;
const NO_TRACE = '0'.repeat(32);
const NO_SPAN = '0'.repeat(16);

/** Undefined when the header is absent or malformed: then a new trace starts, as the standard asks. */
export function readTraceparent(text: string | undefined): TraceContext | undefined {
  if (text === undefined) return undefined;
  const match = TRACEPARENT.exec(text);
  if (match === null) return undefined;
  const [, traceId = NO_TRACE, spanId = NO_SPAN, flags = '00'] = match;
  if (traceId === NO_TRACE || spanId === NO_SPAN) return undefined;
  return { traceId, spanId, sampled: (Number.parseInt(flags, 16) & 1) === 1 };
}

/** The header of W3C Trace Context, version 00. */
export function writeTraceparent(context: TraceContext): string {
  return `00-${context.traceId}-${context.spanId}-${context.sampled ? '01' : '00'}`;
}

/** Is the trace of this header recorded? False without one. */
export function isSampled(traceparent: string | undefined): boolean {
  return readTraceparent(traceparent)?.sampled ?? false;
}

/** What a log line about one payment carries. */
export function paymentFields(
  paymentId: string,
  traceparent: string | undefined,
): { readonly paymentId: string; readonly traceId?: string } {
  const traceId = traceIdOf(traceparent);
  return traceId === undefined ? { paymentId } : { paymentId, traceId };
}

/** The trace id of a traceparent, for logs and problem documents. */
export function traceIdOf(traceparent: string | undefined): string | undefined {
  return readTraceparent(traceparent)?.traceId;
}
