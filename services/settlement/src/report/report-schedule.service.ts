import { refused, refusedField, type Refusal, type reportCalls } from '@tonle/contracts';
import { REPORT_LANGUAGES } from '@tonle/report';
import { recordDeeds, type Platform } from '@tonle/platform';
import type { z } from 'zod';
import { definitionOf } from './report-catalogue.table.js';
import type { ReportScheduleView, ScheduleBody } from './report-schedule.js';
import { endSchedule, insertSchedule, standingSchedules } from './report-schedule.store.js';

type Request = z.infer<typeof reportCalls.schedule.request>;
type Answer = z.infer<typeof reportCalls.schedule.response>;
type EndAnswer = z.infer<typeof reportCalls.endSchedule.response>;

/** What reports are made by themselves. */
export class ReportScheduleService {
  constructor(
    private readonly platform: Platform,
    private readonly places: readonly string[],
    private readonly isParticipant: (id: string) => boolean,
  ) {}

  async list(): Promise<{ schedules: ReportScheduleView[] }> {
    const standing = await standingSchedules(this.platform.database);
    return {
      schedules: standing.map(({ scheduleId, body, operator, reason, madeAt }) => ({
        ...body,
        ...{ scheduleId, operator, reason, madeAt: madeAt.toISOString() },
      })),
    };
  }

  async add({ schedule: body, operator, participant, reason }: Request): Promise<Answer> {
    const wrong = this.wrongIn(body);
    if (wrong !== undefined) return wrong as Answer;
    const { database, clock, random } = this.platform;
    const nowMs = clock.now();
    const scheduleId = random.id(nowMs);
    await database.transaction(async (transaction) => {
      const by = { operator, participant: participant ?? null, reason };
      await insertSchedule(transaction, { scheduleId, body, ...by, madeAt: new Date(nowMs) });
      const actor = { kind: 'operator' as const, name: operator, participant };
      const deed = { atMs: nowMs, actor, action: 'report.schedule', object: scheduleId, after: body, reason };
      await recordDeeds(transaction, 'settlement', [deed]);
    });
    return { kind: 'done', scheduleId };
  }

  async end({
    scheduleId,
    operator,
    participant,
    reason,
  }: z.infer<typeof reportCalls.endSchedule.request>): Promise<EndAnswer> {
    const { database, clock } = this.platform;
    const nowMs = clock.now();
    return database.transaction(async (transaction): Promise<EndAnswer> => {
      const isEnded = await endSchedule(transaction, scheduleId, new Date(nowMs));
      if (!isEnded) return refused('report_schedule_unknown') as EndAnswer;
      const actor = { kind: 'operator' as const, name: operator, participant };
      const deed = { atMs: nowMs, actor, action: 'report.unschedule', object: scheduleId, reason };
      await recordDeeds(transaction, 'settlement', [deed]);
      return { kind: 'done' };
    });
  }

  private wrongIn(body: ScheduleBody): Refusal | undefined {
    const definition = definitionOf(body.report);
    if (definition === undefined) return refused('report_unknown');
    const wrong = (path: string, message: string) => refusedField('schema_invalid', path, message);
    const { every, receiver, formats, deliver, language, currency } = body;
    const needed = every === 'window' ? 'window' : 'day';
    const known: readonly string[] = definition.formats;
    const strange = formats.find((format) => !known.includes(format));
    const strangePlace = deliver.find((place) => !this.places.includes(place));
    if (!definition.needed.includes(needed))
      return wrong('/every', `${definition.id} is of a ${definition.needed.join(' and a ')}.`);
    if (every === 'month' && !definition.optional.includes('until'))
      return wrong('/every', `${definition.id} is of one day.`);
    if (definition.needed.includes('currency') && currency === undefined)
      return wrong('/currency', `${definition.id} needs it.`);
    if (every === 'window' ? body.at !== undefined : body.at === undefined)
      return wrong('/at', 'Of `day` and `month` alone, which need it: HH:MM.');
    if (formats.length === 0 || strange !== undefined)
      return wrong('/formats', `${definition.id} is written as ${known.join(', ')}.`);
    if (!(REPORT_LANGUAGES as readonly string[]).includes(language))
      return wrong('/language', `Must be one of ${REPORT_LANGUAGES.join(', ')}.`);
    if (definition.audience === 'operators' && receiver !== '')
      return wrong('/receiver', `${definition.id} is for the scheme alone.`);
    if (receiver !== '' && receiver !== 'each' && !this.isParticipant(receiver))
      return wrong('/receiver', 'There is no such participant; `each` is for all that it is about.');
    if (receiver === '' && formats.some((format) => format.startsWith('camt.')))
      return wrong('/formats', "camt is of one participant's account: name the receiver, or `each`.");
    return strangePlace === undefined
      ? undefined
      : wrong(
          '/deliver',
          `${strangePlace} is no place of the settings; known: ${this.places.join(', ') || 'none'}.`,
        );
  }
}
