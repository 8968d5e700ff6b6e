import type { IsoError } from '../model.js';
import type { StatementEntry } from '../model-account.js';
import { entry } from '../mapping/statement.js';
import type { Codec, ValueProblem } from '../mapping/shape.js';
import type { ComplexType, MessageSchema } from '../schema/compile.js';
import { findSchemaByNamespace } from '../schema/registry.js';
import { locateErrors, toByteText, type ByteText } from '../xml/bytes.js';
import type { ReadPolicy, TextError } from '../xml/policy.js';
import { readText } from '../xml/reader.js';
import { NotWellFormed } from '../xml/tag.js';
import type { StatementFault } from '../statement/check.js';
import { readAccounts, type EntriesMessage } from '../statement/read.js';
import { believe, withoutCopies } from '../statement/sequence.js';
import { EntryTally } from '../statement/tally.js';
import { EntrySplitter, type EntrySource } from './splitter.js';

/** One of a message's statements, reports or notifications, whose entries came before it. */
export interface StreamedStatement {
  /** Its entries left out. */
  readonly message: EntriesMessage;
  readonly entries: number;
  /** A copy of one that is here itself: its entries count for nothing. */
  readonly copy: boolean;
}

export type StatementEvent =
  /** `statement`: which of the message's statements it is in; `position`: which entry of that; both from 1. */
  | {
      readonly kind: 'entry';
      readonly statement: number;
      readonly position: number;
      readonly entry: StatementEntry;
    }
  /** The end: all that stands beside the entries, and why the statements are not to be believed. */
  | {
      readonly kind: 'read';
      readonly version: string;
      readonly statements: readonly StreamedStatement[];
      readonly faults: readonly StatementFault[];
    }
  /** The end as well: nothing of what came before it may be used. */
  | { readonly kind: 'refused'; readonly errors: readonly IsoError[] };

const ERRORS_MAX = 100;
const REST_BYTES_MAX = 8 * 1024 * 1024;

/**
 * Reads a camt.052, .053 or .054 of any size as it arrives, with all its statements: each entry validated and canonical by
 * itself, memory bounded by the largest entry and what stands beside the entries (1 MiB each). The last event is `read` or
 * `refused`; only `read` without a fault makes the entries before it good. Never throws for what the bytes hold.
 */
export async function* readEntries(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<StatementEvent> {
  const errors: IsoError[] = [];
  const splitter = new EntrySplitter();
  const reader = new EntryReader();
  const tallies: EntryTally[] = [];
  try {
    for await (const text of decoded(chunks)) {
      for (const source of splitter.push(text)) {
        const read = reader.read(source, errors);
        if (read === undefined || errors.length > 0) continue;
        const { statement, position } = source;
        (tallies[statement - 1] ??= new EntryTally()).add(read);
        yield { kind: 'entry', statement, position, entry: read };
      }
      if (errors.length >= ERRORS_MAX) throw new NotWellFormed('too_many_errors', 0, 'the rest was not read');
    }
  } catch (error) {
    if (!(error instanceof NotWellFormed)) throw error;
    yield { kind: 'refused', errors: [...errors, plain(error.code, error.detail)] };
    return;
  }
  yield finish(splitter, errors, tallies);
}

function finish(
  splitter: EntrySplitter,
  errors: readonly IsoError[],
  counted: readonly (EntryTally | undefined)[],
): StatementEvent {
  const reading = readAccounts(Buffer.from(splitter.end(), 'latin1'), { maxBytes: REST_BYTES_MAX });
  if (reading.kind === 'refused') return { kind: 'refused', errors: [...errors, ...reading.errors] };
  if (errors.length > 0) return { kind: 'refused', errors };
  const messages = reading.messages.map((message) => ({ ...message, entries: [] }));
  const tallies = messages.map((_, index) => counted[index] ?? new EntryTally());
  const check = believe(messages, tallies);
  const originals = new Set<EntriesMessage>(withoutCopies(messages));
  return {
    kind: 'read',
    version: reading.version,
    statements: messages.map((message, index) => {
      return { message, entries: tallies[index]!.all.count, copy: !originals.has(message) };
    }),
    faults: check.kind === 'refused' ? check.faults : [],
  };
}

async function* decoded(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<ByteText> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const decode = (chunk?: Uint8Array): ByteText => {
    try {
      return toByteText(decoder.decode(chunk, { stream: chunk !== undefined }));
    } catch {
      throw new NotWellFormed('encoding', 0, 'the bytes are not UTF-8');
    }
  };
  for await (const chunk of chunks) yield decode(chunk);
  yield decode();
}

const plain = (code: string, detail: string): IsoError => ({ code, path: '', line: 1, offset: 0, detail });

/** Reads entries by the type that their message's schema gives them. */
class EntryReader {
  private readonly ready = new Map<
    string,
    { readonly schema: MessageSchema; readonly codec: Codec<StatementEntry> } | undefined
  >();

  read(
    { text, scope, offset, line, path: place }: EntrySource,
    errors: IsoError[],
  ): StatementEntry | undefined {
    const found =
      this.schemaOf(scope.default) ??
      [...scope.prefixes.values()].map((value) => this.schemaOf(value)).find(Boolean);
    if (found === undefined) return undefined;
    const { schema, codec } = found;
    const policy: ReadPolicy = {
      schemaOf: (namespace) => (namespace === schema.namespace ? schema : undefined),
      scope,
      depthMax: 60,
      attributesMax: 64,
      elementsMax: 100_000,
      wrappersMax: 0,
      errorsMax: ERRORS_MAX,
      markup: 'refuse',
    };
    const { parts, errors: wrong } = readText(text, policy);
    const problems: ValueProblem[] = [];
    const read = wrong.length > 0 || parts[0] === undefined ? undefined : codec.read(parts[0].tree, problems);
    const all: TextError[] = [...wrong, ...problems.map((problem) => ({ ...problem, index: 0 }))];
    for (const error of locateErrors(text, all)) {
      const path = error.path.replace(/^\/Ntry/, '');
      errors.push({
        ...error,
        path: `${place}${path}`,
        line: line + error.line - 1,
        offset: offset + error.offset,
      });
    }
    return read;
  }

  private schemaOf(namespace: string): { schema: MessageSchema; codec: Codec<StatementEntry> } | undefined {
    if (!this.ready.has(namespace)) this.ready.set(namespace, entrySchema(findSchemaByNamespace(namespace)));
    return this.ready.get(namespace);
  }
}

/** A schema whose root is the entry of a message; undefined for messages without entries. */
function entrySchema(
  schema: MessageSchema | undefined,
): { schema: MessageSchema; codec: Codec<StatementEntry> } | undefined {
  const document = schema?.roots.get('Document') as ComplexType | undefined;
  const message = document && [...document.slots.values()][0]?.alternative.type;
  const container =
    message?.kind === 'complex' ? [...message.slots.values()].map(({ alternative }) => alternative.type) : [];
  for (const type of container) {
    const slot = type.kind === 'complex' ? type.slots.get('Ntry') : undefined;
    const codec = slot && entry.bind(slot.alternative.type);
    if (schema !== undefined && slot !== undefined && codec !== undefined) {
      return { schema: { ...schema, roots: new Map([['Ntry', slot.alternative.type]]) }, codec };
    }
  }
  return undefined;
}
