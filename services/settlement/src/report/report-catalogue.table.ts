import { BILATERAL_NETS } from './definitions/bilateral-nets.view.js';
import { BREAK_AGEING } from './definitions/break-ageing.view.js';
import { GL_EXTRACT } from './definitions/gl-extract.view.js';
import { INSTRUCTION_REGISTER } from './definitions/instruction-register.view.js';
import { NOSTRO_RECONCILIATION } from './definitions/nostro-reconciliation.view.js';
import { PARTICIPANT_STATEMENT } from './definitions/participant-statement.view.js';
import { SUSPENSE } from './definitions/suspense.view.js';
import { TRIAL_BALANCE } from './definitions/trial-balance.view.js';
import { WINDOW_PAYMENTS } from './definitions/window-payments.view.js';
import { WINDOW_SUMMARY } from './definitions/window-summary.view.js';
import type { ReportDefinition } from './report-definition.js';

/** Every report there is. One more is one more definition. */
export const REPORT_CATALOGUE: readonly ReportDefinition[] = [
  WINDOW_SUMMARY,
  PARTICIPANT_STATEMENT,
  WINDOW_PAYMENTS,
  BILATERAL_NETS,
  INSTRUCTION_REGISTER,
  NOSTRO_RECONCILIATION,
  BREAK_AGEING,
  GL_EXTRACT,
  TRIAL_BALANCE,
  SUSPENSE,
];

export function definitionOf(id: string): ReportDefinition | undefined {
  return REPORT_CATALOGUE.find((definition) => definition.id === id);
}
