import { AGEING } from './definitions/ageing.view.js';
import { AUDIT_TRAIL } from './definitions/audit-trail.view.js';
import { BILATERAL_NETS } from './definitions/bilateral-nets.view.js';
import { BREAK_AGEING } from './definitions/break-ageing.view.js';
import { CALENDARS } from './definitions/calendars.view.js';
import { COST_TRANSPARENCY } from './definitions/cost-transparency.view.js';
import { CREDIT_NOTIFICATION } from './definitions/credit-notification.view.js';
import { DEAD_LETTERS } from './definitions/dead-letters.view.js';
import { DISPUTES } from './definitions/disputes.view.js';
import { FEES_AND_REVENUE } from './definitions/fees-and-revenue.view.js';
import { FX_POSITIONS } from './definitions/fx-positions.view.js';
import { GL_EXTRACT } from './definitions/gl-extract.view.js';
import { INSTRUCTION_REGISTER } from './definitions/instruction-register.view.js';
import { INVOICED_PAYMENTS, INVOICES } from './definitions/invoices.view.js';
import { KEYS } from './definitions/keys.view.js';
import { LARGE_VALUE_SCREENING } from './definitions/large-value-screening.view.js';
import { LIMIT_USE } from './definitions/limit-use.view.js';
import { LIQUIDITY_USE } from './definitions/liquidity-use.view.js';
import { NOSTRO_RECONCILIATION } from './definitions/nostro-reconciliation.view.js';
import { PARTICIPANT_STATEMENT } from './definitions/participant-statement.view.js';
import { QUOTE_PERFORMANCE } from './definitions/quote-performance.view.js';
import { RECONCILIATION_PACK } from './definitions/reconciliation-pack.view.js';
import { REFUNDS_AND_RECALLS } from './definitions/refunds-and-recalls.view.js';
import { REGULATORY_VOLUMES } from './definitions/regulatory-volumes.view.js';
import { REJECT_ANALYSIS } from './definitions/reject-analysis.view.js';
import { SERVICE_LEVELS } from './definitions/service-levels.view.js';
import { SPEED } from './definitions/speed.view.js';
import { SUSPENSE } from './definitions/suspense.view.js';
import { THREE_WAY_MATCH } from './definitions/three-way-match.view.js';
import { TRIAL_BALANCE } from './definitions/trial-balance.view.js';
import { UNKNOWN_AGEING } from './definitions/unknown-ageing.view.js';
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
  THREE_WAY_MATCH,
  BREAK_AGEING,
  UNKNOWN_AGEING,
  FX_POSITIONS,
  QUOTE_PERFORMANCE,
  LIQUIDITY_USE,
  FEES_AND_REVENUE,
  INVOICES,
  REFUNDS_AND_RECALLS,
  DISPUTES,
  SERVICE_LEVELS,
  REJECT_ANALYSIS,
  REGULATORY_VOLUMES,
  LARGE_VALUE_SCREENING,
  LIMIT_USE,
  COST_TRANSPARENCY,
  SPEED,
  GL_EXTRACT,
  TRIAL_BALANCE,
  AUDIT_TRAIL,
  SUSPENSE,
  KEYS,
  DEAD_LETTERS,
  CALENDARS,
  RECONCILIATION_PACK,
  AGEING,
  INVOICED_PAYMENTS,
  CREDIT_NOTIFICATION,
];

export function definitionOf(id: string): ReportDefinition | undefined {
  return REPORT_CATALOGUE.find((definition) => definition.id === id);
}
