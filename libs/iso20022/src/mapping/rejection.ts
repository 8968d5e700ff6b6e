import type { Rejection } from '../model.js';
import { fieldsOf, type Field } from './shape.js';
import { text } from './values.js';

const { required, optional } = fieldsOf<Rejection>();

/** admi.002: what was sent could not be read or used at all. */
export const REJECTION_FIELDS: readonly Field<Rejection>[] = [
  required('relatedReference', 'RltdRef/Ref', text),
  required('reason', 'Rsn/RjctgPtyRsn', text),
  optional('rejectedAt', 'Rsn/RjctnDtTm', text),
  optional('location', 'Rsn/ErrLctn', text),
  optional('description', 'Rsn/RsnDesc', text),
  optional('findings', 'Rsn/AddtlData', text),
];
