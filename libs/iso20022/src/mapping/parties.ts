import type { Account, Agent, Party, PartyAddress } from '../model-parts.js';
import type { ComplexType } from '../schema/compile.js';
import type { IsoTree } from '../schema/tree.js';
import {
  fieldsOf,
  object,
  putAt,
  routeOf,
  valueAt,
  type BoundField,
  type Field,
  type Shape,
} from './shape.js';
import { codeOrText, isRequired, list, proprietary, text } from './values.js';

const agentFields = fieldsOf<Agent>();
const addressFields = fieldsOf<PartyAddress>();
const partyFields = fieldsOf<Party>();
const accountFields = fieldsOf<Account>();

/** A financial institution. Versions before .03 or so call the BIC `BIC`. */
export const agent: Shape<Agent> = object<Agent>(
  [
    agentFields.optional('bic', ['FinInstnId/BICFI', 'FinInstnId/BIC'], text),
    agentFields.optional('name', 'FinInstnId/Nm', text),
    agentFields.optional('memberId', 'FinInstnId/ClrSysMmbId/MmbId', text),
    agentFields.optional('clearingSystem', 'FinInstnId/ClrSysMmbId/ClrSysId', codeOrText),
  ],
  { FinInstnId: {} },
);

const address = object<PartyAddress>([
  addressFields.optional('country', 'Ctry', text),
  addressFields.optional('town', 'TwnNm', text),
  addressFields.optional('lines', 'AdrLine', list(text)),
]);

/** A person or company. */
export const party: Shape<Party> = object<Party>([
  partyFields.optional('name', 'Nm', text),
  partyFields.optional('address', 'PstlAdr', address),
]);

/** Stands where a version insists on an account number and only a proxy is known. */
const NOT_PROVIDED = 'NOTPROVIDED';

/** IBAN or other identification; in acmt.023/024.001.02 the account is this choice itself. */
const accountNumber: Field<Account> = {
  bind: (type: ComplexType): readonly BoundField<Account>[] => {
    const prefix = type.slots.has('Id') ? ['Id'] : [];
    const required = prefix.length > 0 && isRequired(type, 'Id');
    if (routeOf(type, [...prefix, 'Othr', 'Id'].join('/')) === undefined) return [];
    return [
      {
        read: (tree, into) => {
          const iban = valueAt(tree, [...prefix, 'IBAN']) as string | undefined;
          const other = valueAt(tree, [...prefix, 'Othr']) as IsoTree | undefined;
          if (iban !== undefined) Object.assign(into, { id: iban, isIban: true });
          else if (other !== undefined && other.Id !== NOT_PROVIDED) into.id = other.Id as string;
        },
        write: ({ id, isIban }, tree) => {
          if (id !== undefined)
            putAt(tree, [...prefix, ...(isIban === true ? ['IBAN'] : ['Othr', 'Id'])], id);
          else if (required) putAt(tree, [...prefix, 'Othr', 'Id'], NOT_PROVIDED);
        },
      },
    ];
  },
};

const proxyFields = fieldsOf<NonNullable<Account['proxy']>>();

const proxy = object<NonNullable<Account['proxy']>>([
  proxyFields.optional('type', 'Tp', codeOrText),
  proxyFields.required('id', 'Id', text),
]);

/** An account, by number or by proxy. */
export const account: Shape<Account> = object<Account>([
  accountNumber,
  accountFields.optional('scheme', ['Id/Othr/SchmeNm', 'Othr/SchmeNm'], proprietary),
  accountFields.optional('currency', 'Ccy', text),
  accountFields.optional('proxy', 'Prxy', proxy),
]);

/** The institution or, where a party stands instead of it, that party's name: who assigns a verification. */
export const assigner: Shape<Agent> = {
  bind: (type) => {
    if (type.kind !== 'complex') return undefined;
    const institution = routeOf(type, 'Agt');
    const codec = institution === undefined ? undefined : agent.bind(institution.type);
    if (codec === undefined) return undefined;
    return {
      read: (value, problems) => {
        const { Agt, Pty } = value as IsoTree;
        if (Agt !== undefined) return codec.read(Agt, problems);
        const name = (Pty as IsoTree | undefined)?.Nm;
        return name === undefined ? {} : { name: name as string };
      },
      write: (value) => ({ Agt: codec.write(value)! }),
    };
  },
};
