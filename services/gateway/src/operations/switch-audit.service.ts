import { setTimeout as pause } from 'node:timers/promises';
import { ServiceUnavailable, type ServiceCalls } from '@tonle/messaging';
import { auditCall, routingCalls, type AuditReport, type AuditFinding } from '@tonle/contracts';
import { switchServices, type Directory } from '@tonle/directory';
import { crossCheck, moved } from './cross-check.decide.js';
import type { PublicAudit } from './operations.schema.js';

const ROUNDS_MAX = 6;
const BETWEEN_ROUNDS_MS = 300;

/** Asks every service to check its own tables, then compares their totals (decisions 17). */
export class SwitchAuditService {
  constructor(
    private readonly calls: ServiceCalls,
    private readonly directory: Directory,
  ) {}

  /**
   * Messages that are under way make totals differ for a moment: they are compared until they agree or stand still.
   * While payments flow, a comparison that never stood still is not judged. A service that cannot be asked is a finding.
   */
  async audit(): Promise<PublicAudit> {
    let before = await this.ask();
    for (let round = 1; ; round += 1) {
      const findings = this.compare(before.reports);
      if (findings.every((finding) => finding.ok)) return result(before, findings);
      await pause(BETWEEN_ROUNDS_MS);
      const after = await this.ask();
      const judged = !moved(before.reports, after.reports);
      before = after;
      if (judged) return result(after, this.compare(after.reports));
      if (round === ROUNDS_MAX) return result(after, this.compare(after.reports).map(unjudged));
    }
  }

  /** What the adapters have found may stop a corridor, which is routing's; routing has taken its own. */
  async tellRouting(reports: readonly AuditReport[]): Promise<void> {
    const adapters = reports.filter(({ service }) => service.startsWith('adapter-'));
    try {
      for (const { service, findings } of adapters)
        await this.calls.call(routingCalls.audited, { service, findings });
    } catch (error) {
      // It is told with the next round.
      if (!(error instanceof ServiceUnavailable)) throw error;
    }
  }

  private compare(reports: readonly AuditReport[]): AuditFinding[] {
    // What a network moved before it ended is in routing's totals for ever.
    const sides = this.directory.corridorsIncludingEnded().flatMap(({ home, partner }) => [home, partner]);
    return crossCheck(reports, [...new Set(sides.map(({ adapter }) => adapter))]);
  }

  private async ask(): Promise<{ reports: AuditReport[]; silent: AuditFinding[] }> {
    const services = switchServices(this.directory);
    const answers = await Promise.all(services.map((service) => this.askOne(service)));
    return {
      reports: answers.filter((answer): answer is AuditReport => 'totals' in answer),
      silent: answers.filter((answer): answer is AuditFinding => 'invariant' in answer),
    };
  }

  private async askOne(service: string): Promise<AuditReport | AuditFinding> {
    try {
      return await this.calls.call(auditCall(service), {});
    } catch (error) {
      if (!(error instanceof ServiceUnavailable)) throw error;
      const violations = [`${service} did not answer`];
      return { invariant: 'every service can be asked', ok: false, checked: 1, violations };
    }
  }
}

function result(
  asked: { reports: AuditReport[]; silent: AuditFinding[] },
  compared: AuditFinding[],
): PublicAudit {
  const crossChecks = [...asked.silent, ...compared];
  const all = [...asked.reports.flatMap((report) => report.findings), ...crossChecks];
  return { ok: all.every((finding) => finding.ok), services: asked.reports, crossChecks };
}

function unjudged(finding: AuditFinding): AuditFinding {
  return finding.ok ? finding : { ...finding, ok: true, checked: 0, violations: [] };
}
