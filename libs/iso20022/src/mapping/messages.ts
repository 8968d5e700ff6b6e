import type { BusinessHeader, CanonicalMessage } from '../model.js';
import { findSchema, knownMessages } from '../schema/registry.js';
import type { IsoPart, IsoTree } from '../schema/tree.js';
import { CUSTOMER_REVERSAL_FIELDS, CUSTOMER_STATUS_FIELDS, CUSTOMER_TRANSFER_FIELDS } from './customer.js';
import { SYSTEM_EVENT_FIELDS, SYSTEM_EVENT_REPLY_FIELDS } from './event.js';
import { HEADER_FIELDS } from './header.js';
import { INSTITUTION_PAYMENT_FIELDS } from './institution.js';
import { PAYMENT_FIELDS } from './payment.js';
import { PROXY_REPLY_FIELDS, PROXY_REQUEST_FIELDS } from './proxy.js';
import { RECALL_FIELDS, RECALL_REPLY_FIELDS } from './recall.js';
import { REJECTION_FIELDS } from './rejection.js';
import { RETURN_FIELDS } from './return.js';
import {
  bindAll,
  readObject,
  type BoundField,
  type Field,
  type ValueProblem,
  type TreeDraft,
} from './shape.js';
import { NOTIFICATION_FIELDS, REPORT_FIELDS, STATEMENT_FIELDS } from './statement.js';
import { STATUS_FIELDS, STATUS_REQUEST_FIELDS } from './status.js';
import { unheldIn } from './unheld.js';

type Kind = CanonicalMessage['kind'];
type FieldsOf<K extends Kind> = readonly Field<Extract<CanonicalMessage, { kind: K }>>[];

/** Which message says what, in every version that there is a table for. */
const MESSAGES: { readonly [K in Kind]: { readonly message: string; readonly fields: FieldsOf<K> } } = {
  payment: { message: 'pacs.008.001', fields: PAYMENT_FIELDS },
  status: { message: 'pacs.002.001', fields: STATUS_FIELDS },
  status_request: { message: 'pacs.028.001', fields: STATUS_REQUEST_FIELDS },
  proxy_request: { message: 'acmt.023.001', fields: PROXY_REQUEST_FIELDS },
  proxy_reply: { message: 'acmt.024.001', fields: PROXY_REPLY_FIELDS },
  statement: { message: 'camt.053.001', fields: STATEMENT_FIELDS },
  account_report: { message: 'camt.052.001', fields: REPORT_FIELDS },
  notification: { message: 'camt.054.001', fields: NOTIFICATION_FIELDS },
  return: { message: 'pacs.004.001', fields: RETURN_FIELDS },
  institution_payment: { message: 'pacs.009.001', fields: INSTITUTION_PAYMENT_FIELDS },
  recall: { message: 'camt.056.001', fields: RECALL_FIELDS },
  recall_reply: { message: 'camt.029.001', fields: RECALL_REPLY_FIELDS },
  system_event: { message: 'admi.004.001', fields: SYSTEM_EVENT_FIELDS },
  system_event_reply: { message: 'admi.011.001', fields: SYSTEM_EVENT_REPLY_FIELDS },
  rejection: { message: 'admi.002.001', fields: REJECTION_FIELDS },
  customer_transfer: { message: 'pain.001.001', fields: CUSTOMER_TRANSFER_FIELDS },
  customer_status: { message: 'pain.002.001', fields: CUSTOMER_STATUS_FIELDS },
  customer_reversal: { message: 'pain.007.001', fields: CUSTOMER_REVERSAL_FIELDS },
};

/** A mapping bound to one version's schema. */
interface Mapper<M> {
  /** The element inside Document that holds the message; none inside AppHdr. */
  readonly root?: string;
  readonly kind?: Kind;
  readonly fields: readonly BoundField<M>[];
}

const KINDS = new Map(Object.entries(MESSAGES).map(([kind, { message }]) => [message, kind as Kind]));
const mappers = new Map<string, Mapper<CanonicalMessage>>();
const headerMappers = new Map<string, Mapper<BusinessHeader>>();

/** The canonical kind of a message definition such as `pacs.008.001.08`; undefined when there is none. */
export function kindOf(version: string): Kind | undefined {
  return KINDS.get(version.slice(0, version.lastIndexOf('.')));
}

function mapperOf(version: string): Mapper<CanonicalMessage> | undefined {
  const ready = mappers.get(version);
  const kind = kindOf(version);
  const document = findSchema(version)?.roots.get('Document');
  if (ready !== undefined || kind === undefined || document?.kind !== 'complex') return ready;
  const [slot] = [...document.slots.values()];
  const type = slot?.alternative.type;
  if (slot === undefined || type?.kind !== 'complex') return undefined;
  const fields = bindAll(MESSAGES[kind].fields as readonly Field<CanonicalMessage>[], type);
  // Very old versions say things too differently to be read as one payment.
  if (fields === undefined) return undefined;
  const mapper = { root: slot.name, kind, fields };
  mappers.set(version, mapper);
  return mapper;
}

function headerMapperOf(version: string): Mapper<BusinessHeader> | undefined {
  const ready = headerMappers.get(version);
  const header = findSchema(version)?.roots.get('AppHdr');
  if (ready !== undefined || header?.kind !== 'complex') return ready;
  const fields = bindAll(HEADER_FIELDS, header);
  if (fields === undefined) return undefined;
  const mapper = { fields };
  headerMappers.set(version, mapper);
  return mapper;
}

/** Every version that can be read into the canonical model and written from it, sorted. */
export function processedMessages(): readonly string[] {
  return knownMessages().filter((version) => mapperOf(version) !== undefined);
}

/** The canonical message of a document; undefined when this message has no canonical form. */
export function toCanonical(
  { version, tree }: IsoPart,
  problems: ValueProblem[],
): CanonicalMessage | undefined {
  const mapper = mapperOf(version);
  if (mapper?.root === undefined) return undefined;
  const before = problems.length;
  const read = readObject(mapper.fields, tree[mapper.root] as IsoTree, problems);
  prefix(problems, before, `/Document/${mapper.root}`);
  return Object.assign(read, { kind: mapper.kind }) as CanonicalMessage;
}

/** A canonical message as a document of a version. Throws RangeError when that version says something else. */
export function fromCanonical(message: CanonicalMessage, version: string): IsoPart {
  const mapper = mapperOf(version);
  if (mapper?.root === undefined || kindOf(version) !== message.kind) {
    throw new RangeError(`a ${message.kind} cannot be written as ${version}`);
  }
  return { version, tree: { [mapper.root]: writeFields(mapper.fields, message) } };
}

/** The header of head.001 in any version. */
export function toHeader({ version, tree }: IsoPart, problems: ValueProblem[]): BusinessHeader | undefined {
  const mapper = headerMapperOf(version);
  if (mapper === undefined) return undefined;
  const before = problems.length;
  const header = readObject(mapper.fields, tree, problems);
  prefix(problems, before, '/AppHdr');
  return header;
}

/** A header as head.001 of a version. Throws RangeError for a version without a table. */
export function fromHeader(header: BusinessHeader, version: string): IsoPart {
  const mapper = headerMapperOf(version);
  if (mapper === undefined) throw new RangeError(`no header ${version}`);
  return { version, tree: writeFields(mapper.fields, header) };
}

/** Paths of what a document says and its canonical form does not hold. */
export function unheldInDocument({ version, tree }: IsoPart, message: CanonicalMessage): readonly string[] {
  const read = (changed: IsoTree): CanonicalMessage | undefined => {
    const problems: ValueProblem[] = [];
    const found = toCanonical({ version, tree: changed }, problems);
    return problems.length > 0 ? undefined : found;
  };
  const write = (model: CanonicalMessage): IsoTree => fromCanonical(model, version).tree;
  return unheldIn(tree, message, { read, write }, '/Document');
}

/** The same of a header. */
export function unheldInHeader({ version, tree }: IsoPart, header: BusinessHeader): readonly string[] {
  const read = (changed: IsoTree): BusinessHeader | undefined => {
    const problems: ValueProblem[] = [];
    const found = toHeader({ version, tree: changed }, problems);
    return problems.length > 0 ? undefined : found;
  };
  const write = (model: BusinessHeader): IsoTree => fromHeader(model, version).tree;
  return unheldIn(tree, header, { read, write }, '/AppHdr');
}

function writeFields<M>(fields: readonly BoundField<M>[], model: M): TreeDraft {
  const tree: TreeDraft = {};
  for (const field of fields) field.write(model, tree);
  return tree;
}

function prefix(problems: ValueProblem[], from: number, path: string): void {
  for (let at = from; at < problems.length; at++) problems[at]!.path = path + problems[at]!.path;
}
