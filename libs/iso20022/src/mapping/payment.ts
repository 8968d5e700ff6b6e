import type { CustomerPayment } from '../model-interbank.js';
import type { Account, Agent, Charge } from '../model-parts.js';
import type { IsoTree, IsoValue } from '../schema/tree.js';
import { account, agent, party } from './parties.js';
import {
  constant,
  fieldsOf,
  object,
  putAt,
  readThrough,
  routeOf,
  single,
  valueAt,
  type Codec,
  type Field,
} from './shape.js';
import { codeOrText, lines, list, money, moneyOrZero, text } from './values.js';

const { required, optional } = fieldsOf<CustomerPayment>();
const chargeFields = fieldsOf<Charge>();

const TX = 'CdtTrfTxInf';
/** A charge that was taken, and by whom. */
export const charge = object<Charge>([
  chargeFields.required('amount', 'Amt', moneyOrZero),
  chargeFields.required('agent', ['Agt', 'Pty'], agent),
]);

/** Up to three intermediary agents, each with its account. */
const intermediaries: Field<CustomerPayment> = {
  bind: (type) => {
    const places = [1, 2, 3].flatMap((position) => {
      const agentRoute = routeOf(type, `${TX}/IntrmyAgt${position}`);
      const accountRoute = routeOf(type, `${TX}/IntrmyAgt${position}Acct`);
      const agentCodec = agentRoute && agent.bind(agentRoute.type);
      const accountCodec = accountRoute && account.bind(accountRoute.type);
      return agentCodec && accountCodec ? [{ position, agentCodec, accountCodec }] : [];
    });
    return [
      {
        read: (tree, into, problems) => {
          const found: { agent: Agent; account?: Account }[] = [];
          for (const { position, agentCodec, accountCodec } of places) {
            const read = <T>(codec: Codec<T>, name: string): T | undefined => {
              const value = valueAt(tree, [TX, name]);
              if (value === undefined) return undefined;
              return readThrough(codec, value, problems, () => `/${TX}[1]/${name}`);
            };
            const institution = read(agentCodec, `IntrmyAgt${position}`);
            const held = read(accountCodec, `IntrmyAgt${position}Acct`);
            if (institution !== undefined) found.push({ agent: institution, ...(held && { account: held }) });
          }
          if (found.length > 0) into.intermediaryAgents = found;
        },
        write: ({ intermediaryAgents = [] }, tree) => {
          intermediaryAgents.forEach(({ agent: institution, account: held }, index) => {
            const place = places[index];
            if (place === undefined) throw new RangeError('at most three intermediary agents');
            putAt(tree, [TX, `IntrmyAgt${place.position}`], place.agentCodec.write(institution)!);
            if (held !== undefined)
              putAt(tree, [TX, `IntrmyAgt${place.position}Acct`], place.accountCodec.write(held)!);
          });
        },
      },
    ];
  },
};

const QUOTE = 'QUOT';
const DUPLICATE = 'DUPL';
const UUID_V4 = /^[a-f0-9]{8}-[a-f0-9]{4}-4[a-f0-9]{3}-[89ab][a-f0-9]{3}-[a-f0-9]{12}$/;

/**
 * The agreed rate's quote id from .13 on; before it, and for ids that are no UUID, `/QUOT/<id>` for the next agent. There too
 * `/DUPL/<UETR>`, which names the payment that this one is like and beside which it is meant.
 */
const instructions: Field<CustomerPayment> = {
  bind: (type) => {
    const agreed = routeOf(type, `${TX}/AgrdRate/QtId`) !== undefined;
    return [
      {
        read: (tree, into) => {
          const given = valueAt(tree, [TX, 'InstrForNxtAgt']);
          const id = valueAt(tree, [TX, 'AgrdRate', 'QtId']) as string | undefined;
          const quoteId = id ?? instructionOf(given, QUOTE);
          if (quoteId !== undefined) into.quoteId = quoteId;
          const duplicateOf = instructionOf(given, DUPLICATE);
          if (duplicateOf !== undefined) into.duplicateOf = duplicateOf;
        },
        write: (payment, tree) => {
          const { quoteId, duplicateOf, exchangeRate, instructedAmount, settlementAmount } = payment;
          const inRate = agreed && exchangeRate !== undefined && UUID_V4.test(quoteId ?? '');
          const said = [
            ...(quoteId === undefined || inRate ? [] : [{ InstrInf: `/${QUOTE}/${quoteId}` }]),
            ...(duplicateOf === undefined ? [] : [{ InstrInf: `/${DUPLICATE}/${duplicateOf}` }]),
          ];
          if (said.length > 0) putAt(tree, [TX, 'InstrForNxtAgt'], said.length === 1 ? said[0]! : said);
          if (!inRate) return;
          const unit = instructedAmount?.currency;
          putAt(tree, [TX, 'AgrdRate'], {
            ...(unit !== undefined && { UnitCcy: unit, QtdCcy: settlementAmount.currency }),
            PreAgrdXchgRate: exchangeRate,
            QtId: quoteId!,
          });
        },
      },
    ];
  },
};

/** What stands behind `/<word>/` in an instruction. */
function instructionOf(value: IsoValue | undefined, word: string): string | undefined {
  const given = (Array.isArray(value) ? value : value === undefined ? [] : [value]) as readonly IsoTree[];
  const start = `/${word}/`;
  for (const { InstrInf } of given) {
    const text = (InstrInf as string | undefined) ?? '';
    if (text.startsWith(start) && text.length > start.length) return text.slice(start.length);
  }
  return undefined;
}

/** pacs.008: one credit transfer between institutions for their customers. */
export const PAYMENT_FIELDS: readonly Field<CustomerPayment>[] = [
  single(TX),
  constant('GrpHdr/NbOfTxs', '1'),
  required('messageId', 'GrpHdr/MsgId', text),
  required('createdAt', 'GrpHdr/CreDtTm', text),
  optional('instructionId', `${TX}/PmtId/InstrId`, text),
  required('endToEndId', `${TX}/PmtId/EndToEndId`, text),
  optional('transactionId', `${TX}/PmtId/TxId`, text),
  optional('uetr', `${TX}/PmtId/UETR`, text),
  required('settlementMethod', 'GrpHdr/SttlmInf/SttlmMtd', text),
  required('settlementAmount', `${TX}/IntrBkSttlmAmt`, money),
  optional('settlementDate', [`${TX}/IntrBkSttlmDt`, 'GrpHdr/IntrBkSttlmDt'], text),
  optional('acceptedAt', [`${TX}/AddtlDtTm/AccptncDtTm`, `${TX}/AccptncDtTm`], text),
  optional('expiresAt', [`${TX}/AddtlDtTm/XpryDtTm`, 'GrpHdr/XpryDtTm'], text),
  optional('instructedAmount', `${TX}/InstdAmt`, money),
  optional('exchangeRate', [`${TX}/XchgRate`, `${TX}/AgrdRate/PreAgrdXchgRate`], text),
  instructions,
  optional('priority', [`${TX}/PmtTpInf/InstrPrty`, 'GrpHdr/PmtTpInf/InstrPrty'], text),
  optional('categoryPurpose', [`${TX}/PmtTpInf/CtgyPurp`, 'GrpHdr/PmtTpInf/CtgyPurp'], codeOrText),
  required('chargeBearer', `${TX}/ChrgBr`, text),
  optional('charges', `${TX}/ChrgsInf`, list(charge)),
  optional('instructingAgent', [`${TX}/InstgAgt`, 'GrpHdr/InstgAgt'], agent),
  optional('instructedAgent', [`${TX}/InstdAgt`, 'GrpHdr/InstdAgt'], agent),
  intermediaries,
  required('debtor', `${TX}/Dbtr`, party),
  optional('debtorAccount', `${TX}/DbtrAcct`, account),
  required('debtorAgent', `${TX}/DbtrAgt`, agent),
  required('creditorAgent', `${TX}/CdtrAgt`, agent),
  required('creditor', `${TX}/Cdtr`, party),
  optional('creditorAccount', `${TX}/CdtrAcct`, account),
  optional('purpose', `${TX}/Purp`, codeOrText),
  optional('remittance', `${TX}/RmtInf/Ustrd`, lines),
  optional('creditorReference', `${TX}/RmtInf/Strd/CdtrRefInf/Ref`, text),
];
