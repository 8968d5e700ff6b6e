// The page of what travels between services: messages and calls, from the schemas that check them.
import { Fields } from './fields.mjs';
import { code, NOTICE, table } from './markdown.mjs';
import { ASKED_BY, MESSAGES, PARTS } from './messages.table.mjs';

const FIELD_HEAD = ['Field', 'Type', 'Meaning'];

const INTRO = `What services tell each other. The source is \`libs/contracts/src/messages.ts\` and \`libs/contracts/src/calls.*.ts\`; both ends check with
the same schemas. Schemas only grow: a new field is optional or has a default, and unknown fields are ignored.

**Messages** travel by the transport (Kafka, or memory in one process): body JSON in UTF-8, headers as CloudEvents 1.0 in binary mode:
\`ce_specversion\` 1.0, \`ce_id\` (the message id), \`ce_type\`, \`ce_source\`, \`content-type\` and, when the payment is traced, \`traceparent\`.
A message may come twice, late, or out of order; its id is the same each time. What cannot be handled after being given alone goes to
\`<topic>.dlq\` with its headers, the cause and the attempts. Only \`tonle.payment.event.v1\` is meant for others than the services here.

**Calls** are questions with an answer in batches: direct in one process, \`POST /internal/calls/<name>\` on the internal listener between services. A
refusal is an answer: \`{"kind": "refused", "reason": <code>, "detail"?}\` with a code of [errors](errors.md). Silence means "later", never "no".

Types: *amount* is minor units as text, *instant* is RFC 3339 with offset, *uuid* is in lower case; a \`?\` marks what may be absent. *else* is how a
reader takes a code that it does not know yet.`;

const anchor = (title) => title.replaceAll(' ', '-').replaceAll('.', '');

function section(level, title, ...parts) {
  return [`${'#'.repeat(level)} ${title}`, ...parts.filter((part) => part !== undefined && part !== '')].join(
    '\n\n',
  );
}

/** All contracts of calls among the exports, those of adapters under the name `adapter-*`. */
export function contractsOf(contracts) {
  const { fxCalls, adapterCalls, routingCalls, settlementCalls, auditCall } = contracts;
  const groups = [
    fxCalls,
    adapterCalls('adapter-*'),
    routingCalls,
    settlementCalls,
    { audit: auditCall('every service') },
  ];
  return groups.flatMap((group) => Object.values(group));
}

/** docs/reference/events.md from the exports of libs/contracts and the comments of its sources. */
export function eventsPage(contracts, descriptions) {
  const place = (name, title) => anchor(MESSAGES.find(({ schema }) => schema === name)?.type ?? title);
  const named = new Map(
    PARTS.map(([name, title]) => [contracts[name], `[${title}](#${place(name, title)})`]),
  );
  named.set(contracts.reasonCode, '[reason](errors.md)');
  const fields = new Fields({ named, states: contracts.PAYMENT_STATES, descriptions });
  const fieldsOf = (schema, path) => {
    const rows = fields.rows(schema, path);
    return rows.length === 0 ? 'nothing' : table(FIELD_HEAD, rows);
  };
  const messages = MESSAGES.map(({ type, schema, topic, key, messageId, from, to }) =>
    section(
      3,
      type,
      descriptions.get(schema),
      table(['Topic', 'Key', 'Message id', 'From', 'To'], [[code(topic), key, messageId, from, to]]),
      fieldsOf(contracts[schema], schema),
    ),
  );
  const calls = contractsOf(contracts).map(({ service, name, timeoutMs, request, response }) =>
    section(
      3,
      name,
      descriptions.get(name),
      table(['Served by', 'Asked by', 'Time allowed'], [[service, ASKED_BY[name], `${timeoutMs / 1000} s`]]),
      told('Request', fieldsOf(request, `${name}.request`)),
      told('Answer', named.get(response) ?? fieldsOf(response, `${name}.response`)),
    ),
  );
  const parts = PARTS.filter(([name]) => !MESSAGES.some(({ schema }) => schema === name)).map(
    ([name, title]) => section(3, title, descriptions.get(name), fieldsOf(contracts[name], name)),
  );
  return [
    section(1, 'Messages and calls', NOTICE, INTRO),
    section(2, 'Messages', overview(), ...messages),
    section(2, 'Calls', ...calls),
    section(2, 'Parts', ...parts),
    '',
  ]
    .join('\n\n')
    .replace(/\n+$/, '\n');
}

/** A table stands below its title, a word beside it. */
function told(title, text) {
  return text.startsWith('|') ? `${title}:\n\n${text}` : `${title}: ${text}`;
}

function overview() {
  const rows = MESSAGES.map(({ type, from, to, topic }) => [
    `[${type}](#${anchor(type)})`,
    from,
    to,
    code(topic),
  ]);
  return table(['Message', 'From', 'To', 'Topic'], rows);
}
