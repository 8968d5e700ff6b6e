import { refused, type Refusal } from '@tonle/contracts';
import type { RawMessage, Reply } from '@tonle/door';
import type { Platform } from '@tonle/platform';
import { ContentsDiffer } from './files/file-set.decide.js';
import { filesOfDay, takeFiles, takeSent, type KeptFile } from './files/partner-file.store.js';
import type { InboundStatements } from './inbound.js';
import type { StatementDay } from './leg.js';
import type { StatementSource } from './network.js';

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

/**
 * The statement of a day, of what came first under each name, or was `agreed` to by people since: that counts from now on, when the
 * day can be read with it. Throws what the reading does, or, where other contents came, that these differ.
 */
export async function sentDay(
  source: Extract<StatementSource, { kind: 'sent' }>,
  { database, clock }: Pick<Platform, 'database' | 'clock'>,
  day: string,
  agreed: ReadonlySet<string>,
): Promise<StatementDay> {
  const kept = await filesOfDay(database, day, [source.operation]);
  const news = kept.filter(({ isTaken, sha256 }) => !isTaken && agreed.has(sha256));
  const isNew = new Set(news.map(({ name }) => name));
  const counting = [...kept.filter(({ isTaken, name }) => isTaken && !isNew.has(name)), ...news];
  const differing = othersOf(kept, isNew);
  let read: StatementDay;
  try {
    read = source.read(
      counting.map(({ bytes }) => bytes),
      day,
    );
  } catch (error) {
    throw differing.length > 0 ? new ContentsDiffer(differing) : error;
  }
  const records = read.lines.length;
  if (news.length > 0)
    await takeFiles(
      database,
      day,
      news.map((each) => ({ ...each, records })),
      new Date(clock.now()),
    );
  return { ...read, differing };
}

/** The newest content of each name that does not count, and never did. */
function othersOf(
  kept: readonly KeptFile[],
  agreed: ReadonlySet<string>,
): NonNullable<StatementDay['differing']> {
  const others = kept.filter(({ isTaken, isReplaced, name }) => !isTaken && !isReplaced && !agreed.has(name));
  return [...new Map(others.map(({ name, sha256 }) => [name, { name, sha256 }])).values()];
}
