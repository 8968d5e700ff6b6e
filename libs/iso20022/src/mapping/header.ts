import type { BusinessHeader } from '../model.js';
import type { Agent } from '../model-parts.js';
import type { IsoTree } from '../schema/tree.js';
import { agent } from './parties.js';
import { fieldsOf, routeOf, type Field, type Shape } from './shape.js';
import { text, truth } from './values.js';

const { required, optional } = fieldsOf<BusinessHeader>();

/** Sender or receiver: an institution, or the name of an organisation that stands instead of it. */
const end: Shape<Agent> = {
  bind: (type) => {
    if (type.kind !== 'complex') return undefined;
    const institution = routeOf(type, 'FIId');
    const codec = institution === undefined ? undefined : agent.bind(institution.type);
    if (codec === undefined) return undefined;
    return {
      read: (value, problems) => {
        const { FIId, OrgId } = value as IsoTree;
        if (FIId !== undefined) return codec.read(FIId, problems);
        const name = (OrgId as IsoTree | undefined)?.Nm;
        return name === undefined ? {} : { name: name as string };
      },
      write: (value) => ({ FIId: codec.write(value)! }),
    };
  },
};

/** head.001: who sends what to whom. */
export const HEADER_FIELDS: readonly Field<BusinessHeader>[] = [
  required('from', 'Fr', end),
  required('to', 'To', end),
  required('businessMessageId', 'BizMsgIdr', text),
  required('messageDefinition', 'MsgDefIdr', text),
  optional('businessService', 'BizSvc', text),
  required('createdAt', 'CreDt', text),
  optional('copyDuplicate', 'CpyDplct', text),
  optional('possibleDuplicate', 'PssblDplct', truth),
];
