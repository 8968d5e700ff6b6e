import { currency } from '@tonle/money';
import { ANSWERING, textUpTo, wholeSteps, type FaultyOperation } from '../../kit/fault-check.js';
import { NOTIFY } from './notifications.js';
import { notifies, type IsoScheme } from './scheme.js';

/** A reason in pacs.002: one of ISO's codes, or proprietary text of at most so many characters. */
const REASON_MAX = 35;
/** In JSON. */
const TEXT_MAX = 100;

/** What a network of plain ISO 20022 serves, and what it does as the payer's side. */
export function operationsOf(
  scheme: Pick<IsoScheme, 'codes' | 'currency' | 'json' | 'versions'>,
): Readonly<Record<string, FaultyOperation>> {
  const facts = ['account', 'minor', 'currency', 'uetr', 'reference'] as const;
  const code = textUpTo(REASON_MAX);
  const addMinor = wholeSteps(currency(scheme.currency).payableStep);
  const answering = [...ANSWERING, 'bad_signature'] as const;
  const asked = (...known: FaultyOperation['facts']): FaultyOperation => ({
    faults: answering,
    facts: known,
    code: textUpTo(TEXT_MAX),
  });
  const inJson = (...known: FaultyOperation['facts']): FaultyOperation => ({
    ...asked(...known),
    faults: [...answering, 'token_expired'],
  });
  const moving: FaultyOperation = {
    faults: [...answering, 'duplicate', 'late_callback', 'wrong_amount'],
    facts,
    code,
    hasTexts: true,
    addMinor,
  };
  const sending: FaultyOperation = {
    faults: ['delay', 'timeout_before', 'timeout_after', 'duplicate', 'wrong_amount', 'garbage', 'reset'],
    facts,
    code,
    addMinor: wholeSteps(1n),
  };
  return {
    'pacs.008': moving,
    'pacs.004': moving,
    'camt.056': {
      ...asked('uetr', 'reference'),
      faults: [...answering, 'duplicate', 'late_callback', 'wrong_case'],
      code,
    },
    'pacs.028': asked('uetr'),
    'acmt.023': asked('account'),
    ...(scheme.codes === undefined ? {} : { 'qr.resolve': scheme.json === undefined ? asked() : inJson() }),
    ...(scheme.json === undefined
      ? {}
      : {
          'oauth.token': asked(),
          'account.lookup': inJson('account'),
          'payment.status': inJson('uetr'),
        }),
    ...(notifies(scheme)
      ? {
          [NOTIFY]: {
            ...sending,
            faults: ['delay', 'timeout_before', 'duplicate', 'wrong_amount'],
            facts: ['reference'],
          } as const,
        }
      : { 'camt.053': asked() }),
    'pay.pacs.008': sending,
    'pay.pacs.004': sending,
  };
}
