import type { Directory } from '@tonle/directory';
import type { Platform } from '@tonle/platform';
import { homeOffsetMinutes } from './report-clock.js';
import { planRun } from './report-request.decide.js';
import type { RequestedRun } from './report-run.js';
import { insertRuns } from './report-run.store.js';
import { dueOccasions } from './report-schedule.decide.js';
import type { Occasion, StandingSchedule } from './report-schedule.js';
import { occasionsMade, standingSchedules } from './report-schedule.store.js';
import { nettedWindows, participantsOfDays } from './report-window.store.js';

const DAY_MS = 86_400_000;
/** Windows that were netted longer ago are asked for by hand. */
const WINDOWS_BACK_MS = 7 * DAY_MS;
const WINDOWS_MAX = 500;

/** Asks for what schedules have to make: an occasion's runs are noted once, whoever looks and how often. */
export class ReportScheduleJob {
  constructor(
    private readonly platform: Platform,
    private readonly directory: Directory,
    private readonly places: readonly string[],
  ) {}

  readonly run = async (): Promise<void> => {
    if (!this.directory.isLoaded) return;
    for (const schedule of await standingSchedules(this.platform.database)) await this.plan(schedule);
  };

  private async plan(schedule: StandingSchedule): Promise<void> {
    const { database, clock } = this.platform;
    const nowMs = clock.now();
    const made = await occasionsMade(database, schedule.scheduleId);
    const occasions = (await this.occasionsOf(schedule, nowMs)).filter(({ name }) => !made.has(name));
    for (const occasion of occasions) {
      const receivers = await this.receiversOf(schedule, occasion);
      const runs = receivers.flatMap((receiver) => this.runOf(schedule, occasion, receiver, nowMs));
      await database.transaction((transaction) => insertRuns(transaction, runs));
    }
  }

  private async occasionsOf(
    { body, madeAt }: StandingSchedule,
    nowMs: number,
  ): Promise<(Occasion & { readonly participants?: readonly string[]; readonly currency?: string })[]> {
    if (body.every !== 'window')
      return dueOccasions(body, madeAt.getTime(), nowMs, homeOffsetMinutes(this.directory));
    const since = new Date(Math.max(madeAt.getTime(), nowMs - WINDOWS_BACK_MS));
    const windows = await nettedWindows(this.platform.database, since, body.currency, WINDOWS_MAX);
    return windows.map(({ windowId, currency, nettedAt, participants }) => ({
      name: windowId,
      parameters: { window: windowId },
      // The moment after: netted is what it was then.
      knownAt: new Date(nettedAt.getTime() + 1).toISOString(),
      participants,
      currency,
    }));
  }

  private async receiversOf(
    { body: { receiver } }: StandingSchedule,
    {
      parameters: { day, until = day, currency },
      ...more
    }: Occasion & { readonly participants?: readonly string[] },
  ): Promise<readonly string[]> {
    if (receiver !== 'each') return [receiver];
    return (
      more.participants ?? participantsOfDays(this.platform.database, { day: day!, until: until!, currency })
    );
  }

  private runOf(
    { scheduleId, body, operator, participant, reason }: StandingSchedule,
    occasion: Occasion & { readonly currency?: string },
    receiver: string,
    nowMs: number,
  ): RequestedRun[] {
    const { random } = this.platform;
    const { report, formats, language, deliver } = body;
    const { parameters, knownAt, currency } = occasion;
    const window = currency === undefined ? undefined : { day: '', currency };
    const request = {
      report,
      receiver,
      parameters,
      formats,
      language,
      deliver,
      basis: 'then',
      isOwn: false,
    } as const;
    const planned = planRun(
      { ...request, ...(knownAt !== undefined && { knownAt }) },
      {
        ...{ nowMs, utcOffsetMinutes: homeOffsetMinutes(this.directory), places: this.places },
        participants: new Set([receiver]),
        ...(window !== undefined && { window: { ...window, day: dayOf(knownAt!) } }),
      },
    );
    if (planned.kind === 'refused') {
      // The next round finds it again: a place that is gone from the settings may come back.
      const { reason: because, detail, errors } = planned;
      this.platform.telemetry.log.warn(
        { scheduleId, because, detail, errors },
        'a scheduled report cannot be made',
      );
      return [];
    }
    const by = { operator, reason, ...(participant !== null && { participant }) };
    const ids = {
      runId: random.id(nowMs),
      scheduleId,
      occasion: occasion.name,
      requestedAt: new Date(nowMs),
    };
    return [{ ...planned.run, ...ids, ...by }];
  }
}

const dayOf = (instant: string): string => instant.slice(0, 10);
