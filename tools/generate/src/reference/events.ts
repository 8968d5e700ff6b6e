// The page of what travels between services: messages and calls, from the schemas that check them.
import * as contracts from '@tonle/contracts';
import type { MessageType } from '@tonle/contracts';
import type { z } from 'zod';
import type { Descriptions } from './descriptions.js';
import { Fields } from './fields.js';
import { code, NOTICE, table } from './markdown.js';
import { ASKED_BY, PARTS, ROUTES } from './messages.table.js';

const FIELD_HEAD = ['Field', 'Type', 'Meaning'];

const INTRO = `What services tell each other. The source is \`libs/contracts/src/messages.ts\` and \`libs/contracts/src/calls-*.ts\`; both ends check with
the same schemas. Schemas only grow: a new field is optional or has a default, and unknown fields are ignored.

**Messages** travel by the transport (Kafka, or memory in one process): body JSON in UTF-8, headers as CloudEvents 1.0 in binary mode:
\`ce_specversion\` 1.0, \`ce_id\` (the message id), \`ce_type\`, \`ce_source\`, \`content-type\` and, when the payment is traced, \`traceparent\`.
In Kafka \`tonle_producer\` and \`tonle_seal\` say which service made it, and no other can: what it has not sealed, or may not send (*From*),
is not read and goes to the dead letters.
A message may come twice, late, or out of order; its id is the same each time. What cannot be handled after being given alone goes to
\`<topic>.dlq\` with its headers, the cause and the attempts. Only \`tonle.payment.event.v1\` is meant for others than the services here.

**Calls** are questions with an answer in batches: direct in one process, \`POST /internal/calls/<name>\` on the internal listener between services,
the call and its answer sealed by the service that they come from. A
refusal is an answer: \`{"kind": "refused", "reason": <code>, "detail"?}\` with a code of [errors](errors.md). Silence means "later", never "no".

Types: *amount* is minor units as text, *instant* is RFC 3339 with offset, *uuid* is in lower case; a \`?\` marks what may be absent. *else* is how a
reader takes a code that it does not know yet.`;

const anchor = (title: string): string => title.replaceAll(' ', '-').replaceAll('.', '');

function section(level: number, title: string, ...parts: (string | undefined)[]): string {
  return [`${'#'.repeat(level)} ${title}`, ...parts.filter((part) => part !== undefined && part !== '')].join(
    '\n\n',
  );
}

/** One call as the page needs it. */
interface Call {
  readonly service: string;
  readonly name: string;
  readonly timeoutMs: number;
  readonly request: z.ZodType;
  readonly response: z.ZodType;
}

/** All calls between services, those of adapters under the name `adapter-*`. */
export function allCalls(): readonly Call[] {
  const {
    fxCalls,
    adapterCalls,
    routingCalls,
    settlementCalls,
    ledgerCalls,
    auditCall,
    auditLogCalls,
    deadLetterCalls,
  } = contracts;
  const { serviceStateCall, storyCalls } = contracts;
  return [
    ...Object.values(fxCalls),
    ...Object.values(adapterCalls('adapter-*')),
    ...Object.values(routingCalls),
    ...Object.values(contracts.liquidityCalls),
    ...Object.values(contracts.keyCalls),
    ...Object.values(contracts.recallCalls),
    ...Object.values(contracts.adapterRecallCalls('adapter-*')),
    ...Object.values(settlementCalls),
    ...Object.values(contracts.breakCalls),
    ...Object.values(contracts.windowCalls),
    ...Object.values(contracts.bankCalls),
    ...Object.values(ledgerCalls),
    ...Object.values(contracts.financeCalls),
    ...Object.values(contracts.reportCalls),
    auditCall('every service'),
    ...Object.values(auditLogCalls('every service')),
    contracts.factsCall('every service'),
    serviceStateCall('every service'),
    ...Object.values(storyCalls('every service')),
    ...Object.values(deadLetterCalls('every service')),
    ...Object.values(contracts.approvalCalls('settlement')),
  ];
}

/** Messages in the order of the table, each with the name under which its schema is exported and commented. */
const MESSAGES = (Object.keys(ROUTES) as MessageType[]).map((type) => {
  const schema: z.ZodType = contracts.MESSAGES[type];
  const exported = Object.entries(contracts).find(([, value]) => value === schema);
  if (exported === undefined) throw new Error(`the schema of ${type} is not exported`);
  return { type, schema, path: exported[0], route: ROUTES[type] };
});

function producersOf(type: MessageType): string {
  return contracts.PRODUCERS[type].join(', ') || 'no service yet';
}

/** docs/reference/events.md from the exports of libs/contracts and the comments of its sources. */
export function eventsPage(descriptions: Descriptions): string {
  const fields = new Fields(placesOf(), descriptions);
  const fieldsOf = (schema: z.ZodType, path: string): string => {
    const rows = fields.rows(schema, path);
    return rows.length === 0 ? 'nothing' : table(FIELD_HEAD, rows);
  };
  const messages = MESSAGES.map(({ type, schema, path, route: { topic, key, messageId, to } }) =>
    section(
      3,
      type,
      descriptions.get(path),
      table(
        ['Topic', 'Key', 'Message id', 'From', 'To'],
        [[code(topic), key, messageId, producersOf(type), to]],
      ),
      fieldsOf(schema, path),
    ),
  );
  const calls = allCalls().map(({ service, name, timeoutMs, request, response }) =>
    section(
      3,
      name,
      descriptions.get(name),
      table(
        ['Served by', 'Asked by', 'Time allowed'],
        [[service, ASKED_BY[name] ?? '', `${timeoutMs / 1000} s`]],
      ),
      told('Request', fieldsOf(request, `${name}.request`)),
      told('Answer', placesOf().get(response) ?? fieldsOf(response, `${name}.response`)),
    ),
  );
  const parts = PARTS.filter(([name]) => !MESSAGES.some(({ path }) => path === name)).map(([name, title]) =>
    section(3, title, descriptions.get(name), fieldsOf(contracts[name], name)),
  );
  return `${[
    section(1, 'Messages and calls', NOTICE, INTRO),
    section(2, 'Messages', overview(), ...messages),
    section(2, 'Calls', ...calls),
    section(2, 'Parts', ...parts),
  ].join('\n\n')}\n`;
}

/** Links of the schemas that have a place of their own: messages, parts and the page of reasons. */
function placesOf(): ReadonlyMap<z.ZodType, string> {
  const places = new Map<z.ZodType, string>();
  for (const [name, title] of PARTS) {
    const message = MESSAGES.find(({ path }) => path === name);
    places.set(contracts[name], `[${title}](#${anchor(message?.type ?? title)})`);
  }
  return places.set(contracts.reasonCode, '[reason](errors.md)');
}

/** A table stands below its title, a word beside it. */
function told(title: string, text: string): string {
  return text.startsWith('|') ? `${title}:\n\n${text}` : `${title}: ${text}`;
}

function overview(): string {
  const rows = MESSAGES.map(({ type, route: { to, topic } }) => [
    `[${type}](#${anchor(type)})`,
    producersOf(type),
    to,
    code(topic),
  ]);
  return table(['Message', 'From', 'To', 'Topic'], rows);
}
