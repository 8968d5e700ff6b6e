import { counted, describeInvariant, printableValue } from '@tonle/contracts';
import { AUDIT_MS_MAX, BETWEEN, type ShownAudit } from './audit.js';
import type { CommandContext } from './command-context.js';
import { OPERATOR } from './ops.js';
import { list, show, type ShownAmount } from './output.js';

interface Copy {
  readonly copiedUpTo?: string;
  readonly provenUpTo?: string;
  readonly differences: readonly string[];
}

interface Checked {
  readonly copy: Copy;
  /** Currencies that do not sum to zero. */
  readonly uneven: readonly { readonly currency: string; readonly balance: ShownAmount }[];
  readonly currencies: number;
  readonly due: number;
  readonly refused: number;
  readonly checks: number;
  /** What the audit says of the ledger, a sentence each. */
  readonly violations: readonly string[];
}

/** Balances against transfers, the copy against routing's, banks and suspense against the copy. */
const OF_THE_LEDGER = /^I(?:1|2|25)\b/;

const isZero = ({ amount }: ShownAmount): boolean => /^-?[0.]+$/.test(amount);

/** `tonle ledger check`: is what finance reads what the ledger has, and what the banks hold? Exit 1 when not. */
export async function runLedgerCheck(context: CommandContext): Promise<number> {
  const asked = context.gateway(OPERATOR);
  const path = '/v1/ops/ledger';
  const [copy, { totals }, { entries }, audit] = await Promise.all([
    asked.ask<Copy>('GET', `${path}/copy`),
    asked.ask<{ totals: Checked['uneven'] }>('GET', `${path}/trial-balance`),
    asked.ask<{ entries: readonly { state: string }[] }>('GET', `${path}/entries`),
    asked.ask<ShownAudit>('GET', '/v1/ops/audit', { answerMsMax: AUDIT_MS_MAX }),
  ]);
  const findings = [
    ...(audit.services ?? []).flatMap((each) =>
      each.findings.map((finding) => ({ ...finding, service: each.service })),
    ),
    ...(audit.crossChecks ?? []).map((finding) => ({ ...finding, service: BETWEEN })),
  ].filter(({ invariant }) => OF_THE_LEDGER.test(invariant));
  const refused = entries.filter(({ state }) => state === 'refused').length;
  const checked: Checked = {
    ...{ copy, currencies: totals.length, refused, due: entries.length - refused, checks: findings.length },
    uneven: totals.filter(({ balance }) => !isZero(balance)),
    violations: findings
      .filter(({ ok }) => !ok)
      .flatMap(({ service, invariant, violations }) =>
        violations.map((words) => printableValue(`${service} ${describeInvariant(invariant)}: ${words}`)),
      ),
  };
  const isSound =
    findings.length > 0 &&
    findings.every(({ ok }) => ok) &&
    checked.uneven.length + refused + copy.differences.length === 0;
  show(context.output, checked, () => checkText(context, checked, isSound));
  return isSound ? 0 : 1;
}

function checkText({ again }: CommandContext, checked: Checked, isSound: boolean): string {
  const { copy, uneven, currencies, due, refused, checks, violations } = checked;
  const rows = list([
    ['copy known up to', copy.copiedUpTo ?? 'nothing is copied yet'],
    ['held against routing up to', copy.provenUpTo ?? 'nothing yet'],
    ...copy.differences.map((words) => ['differs', words] as const),
    [
      'trial balance',
      uneven.length === 0
        ? `zero in ${counted(currencies, 'currency', 'currencies')}`
        : `NOT ZERO: ${uneven.map(({ balance }) => `${balance.amount} ${balance.currency}`).join(', ')}`,
    ],
    [
      'entries',
      due + refused === 0
        ? 'all booked'
        : `${due} due${refused === 0 ? '' : `, ${refused} REFUSED: ${again} ledger entries`}`,
    ],
    ['audit of the ledger', `${counted(checks, 'check')}, ${violations.length} violated`],
    ...violations.map((words) => ['violated', words] as const),
  ]);
  return [rows, isSound ? 'The ledger holds.' : 'The ledger does not hold: see above.'].join('\n');
}
