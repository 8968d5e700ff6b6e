import { Body, Controller, Get, Inject, Param, Post, Query, Res, type StreamableFile } from '@nestjs/common';
import { refused, reportCalls } from '@tonle/contracts';
import { Directory } from '@tonle/directory';
import { ApiTag, CALLS, CLOCK, Endpoint, problemOf, RequestHeader } from '@tonle/http';
import type { ServiceCalls } from '@tonle/messaging';
import type { Clock } from '@tonle/platform';
import type { FastifyReply } from 'fastify';
import { Needs, signedBy, SignedBy, type Caller } from '../access/access.js';
import { futureDay, strangeCursor } from '../http/filter.decide.js';
import { uuid } from '../payment/payment.schema.js';
import { ReportDesk } from './report-desk.service.js';
import * as schema from './report.schema.js';

const FILES = '/v1/reports/files';
const BYTES = { mediaType: 'application/octet-stream' };

/** A participant's own reports: nobody else's are found here. */
@Controller('v1/reports')
@ApiTag('Reports')
@Needs('any participant')
export class ReportController {
  constructor(
    @Inject(CALLS) private readonly calls: ServiceCalls,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly desk: ReportDesk,
    private readonly directory: Directory,
  ) {}

  @Get()
  @Endpoint({
    operationId: 'describeOwnReports',
    summary: 'List the reports that you may ask for: parameters, columns, formats',
    description:
      'Each gives you your own part alone. It does not do without the parameters that have `isNeeded`.',
    answers: { 200: { description: 'Reports', schema: schema.ownReports } },
  })
  async reports(): Promise<schema.OwnReports> {
    const { reports } = await this.calls.call(reportCalls.catalogue, {});
    return { reports: reports.filter(({ audience }) => audience === 'participants') };
  }

  @Get('files')
  @Endpoint({
    operationId: 'listOwnReports',
    summary: 'List your files of reports, newest first',
    description: 'Those that stand; with `all` the earlier versions that they took the place of, too.',
    answers: { 200: { description: 'A page', schema: schema.publicFiles } },
    refusals: ['schema_invalid'],
  })
  files(
    @SignedBy() { participant: { participantId: receiver } }: Caller,
    @Query({ schema: schema.ownFilesQuery }) { cursor, limit, all, report, day }: schema.OwnFilesQuery,
  ): Promise<schema.PublicFiles> {
    const nowMs = this.clock.now();
    const strange = strangeCursor(cursor, nowMs) ?? futureDay(day, '/day', this.directory.networks(), nowMs);
    if (strange !== undefined) throw problemOf(strange);
    return this.desk.files({ report, receiver, day, all: all !== undefined, before: cursor }, limit, FILES);
  }

  @Post('runs')
  @Endpoint({
    operationId: 'requestReport',
    summary: 'Ask for a report of your own',
    description:
      'One of `GET /v1/reports`, such as your statement (R2, as camt.052 and camt.053 too); you get your own part of it alone. You are told by ' +
      'the event `report.available` once it is there, or `GET` the run.',
    answers: { 202: { description: 'Noted', schema: schema.startedRun } },
    refusals: ['report_unknown', 'report_day_open', 'report_queue_full', 'schema_invalid'],
  })
  async request(
    @SignedBy() caller: Caller,
    @Body({ schema: schema.requestReportBody }) body: schema.RequestReport,
  ): Promise<{ runId: string }> {
    const answer = await this.calls.call(reportCalls.run, {
      ...body,
      receiver: caller.participant.participantId,
      deliver: [],
      isOwn: true,
      reason: 'asked for by its receiver',
      ...signedBy(caller),
    });
    if (answer.kind === 'refused') throw problemOf(refused(answer.reason, answer.detail, answer.errors));
    return { runId: answer.runId };
  }

  @Get('runs/:runId')
  @Endpoint({
    operationId: 'getOwnReportRun',
    summary: 'Get a run of a report of yours: how far it is, and its files',
    description: 'It waits for the runs before it: ask again until `state` is `done` or `failed`.',
    answers: { 200: { description: 'The run', schema: schema.publicRun } },
    refusals: ['report_run_unknown'],
  })
  run(
    @SignedBy() { participant: { participantId } }: Caller,
    @Param('runId', { schema: uuid }) runId: string,
  ): Promise<schema.PublicRun> {
    return this.desk.run(runId, participantId, FILES);
  }

  @Get('files/:fileId')
  @Endpoint({
    operationId: 'downloadReport',
    summary: 'Get the bytes of a file of yours, or a range of them',
    description:
      'A file that was cut off is fetched from where it stopped with `Range`; its hash is in the manifest.',
    answers: {
      200: { description: 'The file', ...BYTES },
      206: { description: 'What Range asked for', ...BYTES },
    },
    refusals: ['report_file_unknown', 'report_file_gone', 'report_range_wrong'],
  })
  download(
    @SignedBy() { participant: { participantId } }: Caller,
    @Param('fileId', { schema: uuid }) fileId: string,
    @RequestHeader('Range', schema.askedRange) range: schema.AskedRange,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile> {
    return this.desk.download(fileId, participantId, range, reply);
  }

  @Get('files/:fileId/manifest')
  @Endpoint({
    operationId: 'getOwnReportManifest',
    summary: 'Get the manifest of a file of yours, with its signature',
    description:
      'Rows, control totals, sequence number and hash of the file, and the hash of the manifest before it.',
    answers: { 200: { description: 'The manifest', schema: schema.publicManifest } },
    refusals: ['report_file_unknown'],
  })
  manifest(
    @SignedBy() { participant: { participantId } }: Caller,
    @Param('fileId', { schema: uuid }) fileId: string,
  ): Promise<schema.PublicManifest> {
    return this.desk.manifest(fileId, participantId);
  }
}
