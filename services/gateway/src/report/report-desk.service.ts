import { StreamableFile } from '@nestjs/common';
import { refused, reportCalls, type ReportFile } from '@tonle/contracts';
import { problemOf } from '@tonle/http';
import type { ServiceCalls } from '@tonle/messaging';
import type { FastifyReply } from 'fastify';
import { Readable } from 'node:stream';
import { nothingHas } from '../http/filter.decide.js';
import type { AskedRange, PublicFiles, PublicManifest, PublicRun } from './report.schema.js';
import { showFile, showRunWithFiles, type FilePaths } from './report.view.js';

/** Of a file in one call. */
const PIECE_BYTES = 1_048_576;
const FILES_OF_RUN_MAX = 20;

/** Reports as the gateway asks settlement for them, of all for operators, of its own for a participant (`receiver`). */
export class ReportDesk {
  constructor(private readonly calls: ServiceCalls) {}

  /** A run and the files that stand for it. Refuses `report_run_unknown`. */
  async run(runId: string, receiver: string | undefined, paths: FilePaths): Promise<PublicRun> {
    const own = receiver === undefined ? {} : { receiver };
    const { runs } = await this.calls.call(reportCalls.runs, { runId, ...own, limit: 1 });
    const [run] = runs;
    if (run === undefined) throw problemOf(refused('report_run_unknown'));
    const { files } = await this.calls.call(reportCalls.files, { runId, ...own, limit: FILES_OF_RUN_MAX });
    return showRunWithFiles(run, run.state === 'done' ? files : [], paths);
  }

  async files(
    filter: {
      readonly report: string | undefined;
      readonly receiver: string | undefined;
      readonly day: string | undefined;
      readonly all: boolean;
      readonly before: string | undefined;
    },
    limit: number,
    paths: FilePaths,
  ): Promise<PublicFiles> {
    const { files } = await this.calls.call(reportCalls.files, { ...filter, limit: limit + 1 });
    const next = files.length > limit ? files[limit - 1]!.fileId : undefined;
    const { report, receiver } = filter;
    const note = nothingHas({ report, ...(paths === '/v1/reports/files' ? {} : { receiver }) }, files.length);
    return {
      files: files.slice(0, limit).map((file) => showFile(file, paths)),
      ...(next === undefined ? {} : { next }),
      ...(note === undefined ? {} : { note }),
    };
  }

  async manifest(fileId: string, receiver: string | undefined): Promise<PublicManifest> {
    const own = receiver === undefined ? {} : { receiver };
    const answer = await this.calls.call(reportCalls.manifest, { fileId, ...own });
    if (answer.kind === 'refused') throw problemOf(refused(answer.reason, answer.detail));
    const { kind: _kind, ...manifest } = answer;
    return manifest;
  }

  /** The bytes of a file, or a range of them; piece by piece, as fast as they are taken. */
  async download(
    fileId: string,
    receiver: string | undefined,
    range: AskedRange,
    reply: FastifyReply,
  ): Promise<StreamableFile> {
    const from = range?.from ?? 0;
    const { file, bytes } = await this.piece(fileId, receiver, from, PIECE_BYTES);
    const end = Math.min(range?.to ?? file.bytes - 1, file.bytes - 1);
    if (range !== undefined && (from > end || from >= file.bytes)) {
      void reply.header('content-range', `bytes */${file.bytes}`);
      throw problemOf(refused('report_range_wrong', `It has ${file.bytes} bytes.`));
    }
    const length = end - from + 1;
    void reply
      .status(range === undefined ? 200 : 206)
      .header('content-length', length)
      .header('accept-ranges', 'bytes')
      .header('etag', `"${file.sha256}"`)
      .header('content-disposition', `attachment; filename="${file.name}"`);
    if (range !== undefined) void reply.header('content-range', `bytes ${from}-${end}/${file.bytes}`);
    const first = bytes.subarray(0, length);
    return new StreamableFile(Readable.from(this.pieces(file, receiver, from, end, first)), {
      type: 'application/octet-stream',
    });
  }

  private async *pieces(
    { fileId }: ReportFile,
    receiver: string | undefined,
    from: number,
    end: number,
    first: Buffer,
  ): AsyncGenerator<Buffer> {
    yield first;
    for (let at = from + first.length; at <= end;) {
      const { bytes } = await this.piece(fileId, receiver, at, Math.min(PIECE_BYTES, end - at + 1));
      if (bytes.length === 0) throw new Error(`${fileId} is shorter than it was`);
      at += bytes.length;
      yield bytes;
    }
  }

  private async piece(
    fileId: string,
    receiver: string | undefined,
    offset: number,
    length: number,
  ): Promise<{ readonly file: ReportFile; readonly bytes: Buffer }> {
    const own = receiver === undefined ? {} : { receiver };
    const answer = await this.calls.call(reportCalls.bytes, { fileId, ...own, offset, length });
    if (answer.kind === 'refused') throw problemOf(refused(answer.reason, answer.detail));
    return { file: answer.file, bytes: Buffer.from(answer.base64, 'base64') };
  }
}
