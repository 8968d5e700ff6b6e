import { show, table } from './output.js';
import type { Setting } from './setting.js';

interface AuditFinding {
  readonly invariant: string;
  readonly ok: boolean;
  readonly checked: number;
  readonly violations: readonly string[];
}

interface AuditReport {
  readonly service: string;
  readonly at: string;
  readonly findings: readonly AuditFinding[];
}

interface AuditAnswer {
  readonly ok?: boolean;
  readonly services?: readonly AuditReport[];
  readonly crossChecks?: readonly AuditFinding[];
}

/** `tonle audit`: the invariants over the real tables of every service. Exit 1 when one is broken. */
export async function runAudit({ output, gateway }: Setting): Promise<number> {
  const answer = await gateway('OPERATOR').ask<AuditAnswer>('GET', '/v1/ops/audit');
  const rows = [
    ...(answer.services ?? []).flatMap(({ service, findings }) =>
      findings.map((finding) => ({ service, ...finding })),
    ),
    ...(answer.crossChecks ?? []).map((finding) => ({ service: 'between services', ...finding })),
  ];
  const sound = answer.ok !== false && rows.length > 0 && rows.every(({ ok }) => ok);
  show(output, answer, () => auditText(rows, sound));
  return sound ? 0 : 1;
}

function auditText(rows: readonly (AuditFinding & { readonly service: string })[], sound: boolean): string {
  const cells = rows.map(({ service, invariant, ok, checked }) => [
    ok ? 'ok' : 'BROKEN',
    service,
    invariant,
    checked.toString(),
  ]);
  const broken = rows.filter(({ ok }) => !ok);
  const details = broken.flatMap(({ service, invariant, violations }) =>
    violations.map((text) => `  ${service} ${invariant}: ${text}`),
  );
  const verdict = sound
    ? `All ${rows.length} checks hold.`
    : `${broken.length} of ${rows.length} checks are broken.`;
  return [table([['', 'SERVICE', 'INVARIANT', 'CHECKED'], ...cells], [3]), ...details, verdict].join('\n');
}
