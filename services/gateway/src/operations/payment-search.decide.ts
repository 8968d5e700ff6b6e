import { PAYMENT_STATES, publicState, refusedField, type PaymentState, type Refusal } from '@tonle/contracts';
import type { Directory } from '@tonle/directory';
import { emptyPeriod } from '../http/filter.decide.js';
import type { SearchPayments } from './payment-search.schema.js';

/** The states of routing that a public state or a single step stands for; undefined for all. */
export function statesOf({
  step,
  state,
}: Pick<SearchPayments, 'step' | 'state'>): PaymentState[] | undefined {
  if (step === undefined && state === undefined) return undefined;
  return PAYMENT_STATES.filter(
    (each) => (step === undefined || each === step) && (state === undefined || publicState(each) === state),
  );
}

/** What no payment can match, but for the cursor: an empty page for a misspelt name would read as "all is well". */
export function unmatchable(
  { corridor, participant, step, state, from, until }: SearchPayments,
  directory: Directory,
  nowMs: number,
): Refusal | undefined {
  if (corridor !== undefined && directory.corridorIncludingEnded(corridor) === undefined) {
    const known = directory.corridors().map(({ corridorId }) => corridorId);
    return wrong('/corridor', `Known corridors: ${known.join(', ')}.`);
  }
  if (participant !== undefined && directory.participantIncludingEnded(participant) === undefined) {
    const known = directory.participants().map(({ participantId }) => participantId);
    return wrong('/participant', `Known: ${known.join(', ')}.`);
  }
  const empty = emptyPeriod({ from, until }, nowMs);
  if (empty !== undefined) return empty;
  return statesOf({ step, state })?.length === 0
    ? wrong('/step', `A payment in ${step} is never ${state}.`)
    : undefined;
}

/** An operator's key of which nothing is known and that has done nothing: keys that are gone have done something. */
export function unknownOperator(operator: string | undefined, directory: Directory): Refusal | undefined {
  if (operator === undefined || directory.keyHolder(operator) !== undefined) return undefined;
  const operators = directory.participants().filter(({ scopes }) => scopes.includes('ops'));
  const known = operators.flatMap(({ keys }) => keys.map(({ keyId }) => keyId));
  return wrong('/operator', `Known: ${known.join(', ')}.`);
}

const wrong = (path: string, message: string): Refusal => refusedField('schema_invalid', path, message);
