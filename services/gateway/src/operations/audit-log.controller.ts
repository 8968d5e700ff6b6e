import { Controller, Get, Inject, Query } from '@nestjs/common';
import { auditDayOf, auditLogCalls, refusedField, type AuditHead } from '@tonle/contracts';
import { Directory, switchServices } from '@tonle/directory';
import { ApiTag, CALLS, CLOCK, Endpoint, problemOf } from '@tonle/http';
import type { ServiceCalls } from '@tonle/messaging';
import type { Clock } from '@tonle/platform';
import { Needs } from '../access/access.js';
import * as schema from './audit-log.schema.js';

const DAY_MS = 86_400_000;

/** What was done by people, keys and the auditor, in the chain of each service. */
@Controller('v1/ops/audit-log')
@ApiTag('Operations')
@Needs('ops')
export class AuditLogController {
  constructor(
    @Inject(CALLS) private readonly calls: ServiceCalls,
    private readonly directory: Directory,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Get()
  @Endpoint({
    operationId: 'listAuditLog',
    summary: 'List what was done on a day, by whom and why, in the order of its chain',
    description:
      'Services one after the other. Each entry has the hash of the one before it. Refused while a service does not answer: a page is ' +
      'whole or it is none.',
    answers: { 200: { description: 'A page', schema: schema.auditLogPage } },
    refusals: ['schema_invalid', 'unavailable'],
  })
  async list(
    @Query({ schema: schema.auditLogQuery }) asked: schema.AuditLogQuery,
  ): Promise<schema.AuditLogPage> {
    const { limit, cursor } = asked;
    const { day, until } = this.daysOf(asked);
    const services = this.servicesOf(asked);
    const [from, last = '0'] = cursor?.split('.') ?? [];
    const left = from === undefined ? services : services.slice(services.indexOf(from));
    const entries: schema.AuditLogPage['entries'] = [];
    for (const service of left) {
      const { entries: asks, heads } = auditLogCalls(service);
      const span = await this.calls.call(heads, { days: [dayBefore(day), until] });
      const [since, end] = span.heads.map(({ number }) => number) as [number, number];
      const after = service === from ? Math.max(since, Number.parseInt(last, 10)) : since;
      const room = limit - entries.length;
      const page = await this.calls.call(asks, { after, until: end, limit: room });
      entries.push(...page.entries);
      const number = page.entries.at(-1)?.number ?? after;
      if (number < end) return { entries, next: `${service}.${number}` };
      const following = left[left.indexOf(service) + 1];
      if (entries.length === limit && following !== undefined) return { entries, next: `${following}.0` };
    }
    return { entries };
  }

  @Get('heads')
  @Endpoint({
    operationId: 'listAuditHeads',
    summary: 'Get where the audit log of each service stands, to be kept elsewhere',
    description:
      'Who has kept the heads of a day finds out when entries of that day or before it are altered or cut off later.',
    answers: { 200: { description: 'One for each service', schema: schema.auditHeads } },
    refusals: ['unavailable'],
  })
  async heads(
    @Query({ schema: schema.auditHeadsQuery }) { day }: schema.AuditHeadsQuery,
  ): Promise<schema.AuditHeads> {
    const days = [this.daysOf({ day }).day];
    const asked = await Promise.all(
      switchServices(this.directory).map((service) =>
        this.calls.call(auditLogCalls(service).heads, { days }),
      ),
    );
    const heads: AuditHead[] = asked.flatMap((answer) => answer.heads);
    return { heads: heads.sort((a, b) => (a.service < b.service ? -1 : 1)) };
  }

  private daysOf({ day, until }: { readonly day?: string; readonly until?: string }) {
    const today = auditDayOf(this.clock.now());
    const future = Object.entries({ day, until }).find(([, asked]) => asked !== undefined && asked > today);
    if (future !== undefined) throw wrong(`/${future[0]}`, `Must not be after today, ${today}.`);
    const first = day ?? today;
    if (until !== undefined && until < first) throw wrong('/until', 'Must not be before `day`.');
    return { day: first, until: until ?? first };
  }

  private servicesOf({ service, cursor }: schema.AuditLogQuery): string[] {
    const services = switchServices(this.directory).sort();
    if (service !== undefined && !services.includes(service))
      throw wrong('/service', `Known services: ${services.join(', ')}.`);
    const served = service === undefined ? services : [service];
    if (cursor !== undefined && !served.includes(cursor.split('.')[0]!))
      throw wrong('/cursor', 'Not one of ours; use the `next` of the page before.');
    return served;
  }
}

const wrong = (path: string, message: string) => problemOf(refusedField('schema_invalid', path, message));

const dayBefore = (day: string): string => new Date(Date.parse(day) - DAY_MS).toISOString().slice(0, 10);
