import { refused, type Refusal } from '@tonle/contracts';
import type { RawMessage, Reply } from '@tonle/door';
import type { Platform } from '@tonle/platform';
import { takeSent } from './files/partner-file.store.js';
import type { InboundStatements } from './inbound.js';

/** What the network tells of its day by itself: answered when it is durable. The content that came first under a name counts. */
export async function takeSentPart(
  route: InboundStatements,
  message: RawMessage,
  { database, clock }: Pick<Platform, 'database' | 'clock'>,
): Promise<Reply | Refusal> {
  const part = route.read(message);
  if (part.kind === 'refused') return part;
  const { day, name, digest, records } = part;
  const file = { kind: route.operation, name, bytes: message.bytes, sha256: digest, records };
  const isTaken = await takeSent(database, day, file, new Date(clock.now()));
  return isTaken ? route.write(part) : refused('key_reused', `${name} came before with other content.`);
}
