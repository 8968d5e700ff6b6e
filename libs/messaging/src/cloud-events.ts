import type { OutboundRecord } from './transport.js';

/** Headers of a record: CloudEvents 1.0 in binary mode, and the trace context. */
export function headersOf(record: OutboundRecord): Record<string, string> {
  const headers: Record<string, string> = {
    ce_specversion: '1.0',
    ce_id: record.messageId,
    ce_type: record.type,
    ce_source: `/${record.topic}`,
    'content-type': 'application/json',
  };
  if (record.traceparent !== undefined) headers['traceparent'] = record.traceparent;
  return headers;
}
