import { Body, Controller, Get, Inject, Param, Post, Query, Res, type StreamableFile } from '@nestjs/common';
import { refused, reportCalls } from '@tonle/contracts';
import { Directory } from '@tonle/directory';
import { ApiTag, CALLS, CLOCK, Endpoint, problemOf, RequestHeader } from '@tonle/http';
import type { ServiceCalls } from '@tonle/messaging';
import type { Clock } from '@tonle/platform';
import type { FastifyReply } from 'fastify';
import { Needs, signedBy, SignedBy, type Caller } from '../access/access.js';
import { futureDay, nothingHas, strangeCursor } from '../http/filter.decide.js';
import { doneAnswer, type Done } from '../operations/operations.schema.js';
import { uuid } from '../payment/payment.schema.js';
import { ReportDesk } from './report-desk.service.js';
import * as schema from './report.schema.js';
import { showRun } from './report.view.js';

const FILES = '/v1/ops/reports/files';
const BYTES = { mediaType: 'application/octet-stream' };

/** Reports of everything, and what is made by itself. */
@Controller('v1/ops/reports')
@ApiTag('Operations')
@Needs('ops')
export class OperatorReportController {
  constructor(
    @Inject(CALLS) private readonly calls: ServiceCalls,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly desk: ReportDesk,
    private readonly directory: Directory,
  ) {}

  @Get()
  @Endpoint({
    operationId: 'listReports',
    summary: 'List the reports that there are: parameters, columns, formats, and places to deliver them to',
    answers: { 200: { description: 'Reports', schema: schema.publicReports } },
  })
  reports(): Promise<schema.PublicReports> {
    return this.calls.call(reportCalls.catalogue, {});
  }

  @Post('runs')
  @Endpoint({
    operationId: 'runReport',
    summary: 'Run a report',
    description:
      'It waits for those before it; `GET` the run for its progress and files. The same report as known at the same instant has the same bytes: ' +
      'a run that makes them again confirms the files that stand. Another content becomes a new version, and the older one stays.',
    answers: { 202: { description: 'Noted', schema: schema.startedRun } },
    refusals: ['report_unknown', 'report_day_open', 'schema_invalid'],
  })
  async run(
    @SignedBy() caller: Caller,
    @Body({ schema: schema.runReportBody }) { receiver = '', ...body }: schema.RunReport,
  ): Promise<{ runId: string }> {
    const asked = { ...body, receiver, isOwn: false, ...signedBy(caller) };
    const answer = await this.calls.call(reportCalls.run, asked);
    if (answer.kind === 'refused') throw problemOf(refused(answer.reason, answer.detail, answer.errors));
    return { runId: answer.runId };
  }

  @Get('runs')
  @Endpoint({
    operationId: 'listReportRuns',
    summary: 'List runs of reports, newest first',
    answers: { 200: { description: 'A page', schema: schema.publicRuns } },
    refusals: ['schema_invalid'],
  })
  async runs(
    @Query({ schema: schema.runsQuery }) { cursor, limit, ...filter }: schema.ReportRunsQuery,
  ): Promise<schema.PublicReportRuns> {
    const strange = strangeCursor(cursor, this.clock.now());
    if (strange !== undefined) throw problemOf(strange);
    const before = cursor === undefined ? {} : { before: cursor };
    const { runs } = await this.calls.call(reportCalls.runs, { ...filter, ...before, limit: limit + 1 });
    const next = runs.length > limit ? runs[limit - 1]!.runId : undefined;
    const note = nothingHas(filter, runs.length);
    return {
      runs: runs.slice(0, limit).map(showRun),
      ...(next === undefined ? {} : { next }),
      ...(note === undefined ? {} : { note }),
    };
  }

  @Get('runs/:runId')
  @Endpoint({
    operationId: 'getReportRun',
    summary: 'Get a run of a report: how far it is, and its files',
    answers: { 200: { description: 'The run', schema: schema.publicRun } },
    refusals: ['report_run_unknown'],
  })
  show(@Param('runId', { schema: uuid }) runId: string): Promise<schema.PublicRun> {
    return this.desk.run(runId, undefined, FILES);
  }

  @Get('files')
  @Endpoint({
    operationId: 'listReportFiles',
    summary: 'List files of reports, newest first',
    answers: { 200: { description: 'A page', schema: schema.publicFiles } },
    refusals: ['schema_invalid'],
  })
  files(
    @Query({ schema: schema.filesQuery }) { cursor, limit, all, report, receiver, day }: schema.FilesQuery,
  ): Promise<schema.PublicFiles> {
    const nowMs = this.clock.now();
    const strange = strangeCursor(cursor, nowMs) ?? futureDay(day, '/day', this.directory.networks(), nowMs);
    if (strange !== undefined) throw problemOf(strange);
    const filter = { report, receiver, day, all: all !== undefined, before: cursor };
    return this.desk.files(filter, limit, FILES);
  }

  @Get('files/:fileId')
  @Endpoint({
    operationId: 'downloadReportFile',
    summary: 'Get the bytes of a file, or a range of them',
    answers: {
      200: { description: 'The file', ...BYTES },
      206: { description: 'What Range asked for', ...BYTES },
    },
    refusals: ['report_file_unknown', 'report_file_gone', 'report_range_wrong'],
  })
  download(
    @Param('fileId', { schema: uuid }) fileId: string,
    @RequestHeader('Range', schema.askedRange) range: schema.AskedRange,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile> {
    return this.desk.download(fileId, undefined, range, reply);
  }

  @Get('files/:fileId/manifest')
  @Endpoint({
    operationId: 'getReportManifest',
    summary: 'Get the manifest of a file, with its signature',
    answers: { 200: { description: 'The manifest', schema: schema.publicManifest } },
    refusals: ['report_file_unknown'],
  })
  manifest(@Param('fileId', { schema: uuid }) fileId: string): Promise<schema.PublicManifest> {
    return this.desk.manifest(fileId, undefined);
  }

  @Get('schedules')
  @Endpoint({
    operationId: 'listReportSchedules',
    summary: 'List what reports are made by themselves',
    answers: { 200: { description: 'Schedules', schema: schema.publicSchedules } },
  })
  async schedules(): Promise<schema.PublicSchedules> {
    const { schedules } = await this.calls.call(reportCalls.schedules, {});
    return { schedules };
  }

  @Post('schedules')
  @Endpoint({
    operationId: 'scheduleReport',
    summary: 'Have a report made by itself',
    answers: { 201: { description: 'Noted', schema: schema.madeSchedule } },
    refusals: ['report_unknown', 'schema_invalid'],
  })
  async schedule(
    @SignedBy() caller: Caller,
    @Body({ schema: schema.scheduleBody }) { reason, receiver = '', ...body }: schema.ScheduleReport,
  ): Promise<{ scheduleId: string }> {
    const asked = { schedule: { ...body, receiver }, reason, ...signedBy(caller) };
    const answer = await this.calls.call(reportCalls.schedule, asked);
    if (answer.kind === 'refused') throw problemOf(refused(answer.reason, answer.detail, answer.errors));
    return { scheduleId: answer.scheduleId };
  }

  @Post('schedules/:scheduleId/end')
  @Endpoint({
    operationId: 'endReportSchedule',
    summary: 'End a schedule of reports; what it has made stays',
    answers: { 200: { description: 'Done', schema: doneAnswer } },
    refusals: ['report_schedule_unknown'],
  })
  async end(
    @SignedBy() caller: Caller,
    @Param('scheduleId', { schema: uuid }) scheduleId: string,
    @Body({ schema: schema.endScheduleBody }) { reason }: schema.EndSchedule,
  ): Promise<Done> {
    const answer = await this.calls.call(reportCalls.endSchedule, {
      scheduleId,
      reason,
      ...signedBy(caller),
    });
    if (answer.kind === 'refused') throw problemOf(refused(answer.reason, answer.detail));
    return { done: true };
  }
}
