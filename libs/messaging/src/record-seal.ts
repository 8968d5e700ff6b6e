import { mayProduce } from '@tonle/contracts';
import type { ServiceKeys } from './service-keys.js';
import type { InboundRecord, OutboundRecord } from './transport.js';

const PRODUCER = 'tonle_producer';
const SEAL = 'tonle_seal';

/** A record that nobody believes: its producer has not sealed it so, or may not say such things. */
class RecordForged extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'RecordForged';
  }
}

/** Headers that say who made a record, in a way that only that service can (decisions 29). */
export function sealOf(keys: ServiceKeys, record: OutboundRecord): Record<string, string> {
  return { [PRODUCER]: keys.service, [SEAL]: keys.seal(partsOf(record)) };
}

/** Why a record is not to be believed; undefined when it is what its producer sent, to this topic. */
export function forgeryOf(keys: ServiceKeys, record: InboundRecord): Error | undefined {
  const { [PRODUCER]: producer, [SEAL]: seal } = record.headers;
  if (producer === undefined || seal === undefined) return new RecordForged('the record has no seal');
  if (!keys.isSealedBy(producer, partsOf(record), seal))
    return new RecordForged('the seal is not that of the producer for this record');
  return mayProduce(producer, record.type)
    ? undefined
    : new RecordForged(`${producer} does not send ${record.type}`);
}

/** All that a reader goes by. The trace is not among it: it only says where to look. */
function partsOf({ topic, key, type, messageId, body }: OutboundRecord): readonly string[] {
  return ['record', topic, key, type, messageId, body];
}
