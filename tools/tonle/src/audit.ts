import { describeInvariant, printableValue } from '@tonle/contracts';
import { show, table } from './output.js';
import type { CommandContext } from './command-context.js';

interface AuditFinding {
  readonly invariant: string;
  readonly ok: boolean;
  readonly checked: number;
  readonly violations: readonly string[];
  readonly found?: number;
  readonly acknowledged?: number;
}

interface AuditReport {
  readonly service: string;
  readonly at: string;
  readonly findings: readonly AuditFinding[];
}

/** What `/v1/ops/audit` answers. */
export interface ShownAudit {
  readonly ok?: boolean;
  readonly services?: readonly AuditReport[];
  readonly crossChecks?: readonly AuditFinding[];
}

// Every service looks through its tables, and the comparison waits until what is under way stands still.
export const AUDIT_MS_MAX = 300_000;

/** `tonle audit`: the invariants over the real tables of every service. Exit 1 when one is broken. */
export async function runAudit({ output, gateway }: CommandContext): Promise<number> {
  const answer = await gateway('OPERATOR').ask<ShownAudit>('GET', '/v1/ops/audit', {
    answerMsMax: AUDIT_MS_MAX,
  });
  const rows = [
    ...(answer.services ?? []).flatMap(({ service, findings }) =>
      findings.map((finding) => ({ service, ...finding })),
    ),
    ...(answer.crossChecks ?? []).map((finding) => ({ service: BETWEEN, ...finding })),
  ];
  const sound = answer.ok !== false && rows.length > 0 && rows.every(({ ok }) => ok);
  show(output, answer, () => auditText(rows, sound));
  return sound ? 0 : 1;
}

export const BETWEEN = 'between services';

/** While payments flow all the time, services cannot be compared: nothing was checked, and nothing is broken. */
function verdictOf(service: string, { ok, checked }: AuditFinding): string {
  if (!ok) return 'FAILED';
  return service === BETWEEN && checked === 0 ? 'inconclusive' : 'ok';
}

/** How many there are, where not all are named or some are acknowledged. */
function restOf({ violations, found = violations.length, acknowledged = 0 }: AuditFinding, name: string) {
  if (found === violations.length && acknowledged === 0) return [];
  return [`${name}: ${found} in all, ${acknowledged} of them acknowledged`];
}

function auditText(rows: readonly (AuditFinding & { readonly service: string })[], sound: boolean): string {
  const cells = rows.map((row) => [
    verdictOf(row.service, row),
    row.service,
    describeInvariant(row.invariant),
    row.checked.toString(),
  ]);
  const broken = rows.filter(({ ok }) => !ok);
  const details = broken.flatMap((finding) => {
    const name = `  ${finding.service} ${describeInvariant(finding.invariant)}`;
    return [
      ...finding.violations.map((text) => printableValue(`${name}: ${text}`)),
      ...restOf(finding, name),
    ];
  });
  const verdict = sound
    ? `All ${rows.length} checks passed.`
    : `${broken.length} of ${rows.length} checks failed.`;
  return [table([['', 'SERVICE', 'INVARIANT', 'CHECKED'], ...cells], [3]), ...details, verdict].join('\n');
}
