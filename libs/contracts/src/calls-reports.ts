import { z } from 'zod';
import { contract, fieldRefusal, instant, operatorAction, refusal } from './calls-contract.js';
import { uuid } from './refund.js';

// What settlement answers of reports: what there is, runs, files, schedules; account statements of participants.

/** On what a report stands: what was known at the end of its period, or whatever is known now. */
export const REPORT_BASES = ['then', 'now'] as const;
export const REPORT_STATES = ['waiting', 'running', 'done', 'failed'] as const;

const format = z.string().max(16);
const receiver = z.string().max(64);

export const reportParameters = z.object({
  day: z.iso.date().optional(),
  /** The last day, where a report is of several. */
  until: z.iso.date().optional(),
  window: z.string().max(64).optional(),
  currency: z.string().max(3).optional(),
  partner: z.string().max(64).optional(),
  /** One movement of a position. */
  entry: z.string().max(128).optional(),
});
export type ReportParameters = z.infer<typeof reportParameters>;

export const reportDescription = z.object({
  report: z.string(),
  title: z.string(),
  schemaVersion: z.number().int(),
  audience: z.enum(['operators', 'participants']),
  formats: z.array(format),
  parameters: z.array(z.object({ name: z.string(), isNeeded: z.boolean() })),
  columns: z.array(z.object({ key: z.string(), label: z.string(), type: z.string() })),
});
export type ReportDescription = z.infer<typeof reportDescription>;

export const reportFile = z.object({
  fileId: uuid,
  runId: uuid,
  report: z.string(),
  receiver: z.string(),
  format,
  name: z.string(),
  version: z.number().int(),
  sequence: z.number().int(),
  bytes: z.number().int(),
  rows: z.number().int(),
  sha256: z.string(),
  contentSha256: z.string(),
  parameters: reportParameters,
  knownAt: instant,
  madeAt: instant,
  supersedes: uuid.optional(),
  supersededAt: instant.optional(),
  /** Its bytes were kept as long as they had to be; a run of the same gives them again. */
  goneAt: instant.optional(),
  /** How often a later run made the same bytes. */
  confirmed: z.number().int(),
});
export type ReportFile = z.infer<typeof reportFile>;

export const reportRun = z.object({
  runId: uuid,
  report: z.string(),
  receiver: z.string(),
  parameters: reportParameters,
  basis: z.enum(REPORT_BASES),
  knownAt: instant,
  formats: z.array(format),
  language: z.string(),
  state: z.enum(REPORT_STATES),
  progress: z.string(),
  rows: z.number().int().optional(),
  requestedAt: instant,
  endedAt: instant.optional(),
  operator: z.string(),
  reason: z.string(),
  /** Formats that it was too long for, and why. */
  leftOut: z.array(z.object({ format, because: z.string() })).optional(),
});
export type ReportRun = z.infer<typeof reportRun>;

export const reportSchedule = z.object({
  scheduleId: uuid,
  report: z.string(),
  /** `window`: each window of a participant's once it is netted; `day` and `month`: at that time, of the one before. */
  every: z.enum(['window', 'day', 'month']),
  /** HH:MM by the home network's clock; of `day` and `month`. */
  at: z.string().optional(),
  /** A participant, `each` of those that it is for, or nobody: the scheme itself. */
  receiver,
  currency: z.string().optional(),
  formats: z.array(format),
  language: z.string(),
  /** Names of places of the settings. */
  deliver: z.array(z.string()),
  operator: z.string(),
  reason: z.string(),
  madeAt: instant,
});
export type ReportSchedule = z.infer<typeof reportSchedule>;

const asked = {
  report: z.string().max(8),
  receiver,
  parameters: reportParameters,
  basis: z.enum(REPORT_BASES),
  /** What was known at another instant than the period's end. */
  knownAt: instant.optional(),
  formats: z.array(format),
  language: z.string().max(2),
};

const page = { before: uuid.optional(), limit: z.number().int() };

export const reportCalls = {
  catalogue: contract(
    'settlement',
    'settlement.reports',
    5000,
    z.object({}),
    z.object({ reports: z.array(reportDescription), places: z.array(z.string()) }),
  ),
  run: contract(
    'settlement',
    'settlement.run-report',
    5000,
    z.object({
      ...asked,
      deliver: z.array(z.string().max(64)),
      ...operatorAction,
      /** A participant asks for its own. */
      isOwn: z.boolean(),
    }),
    z.discriminatedUnion('kind', [z.object({ kind: z.literal('started'), runId: uuid }), fieldRefusal]),
  ),
  runs: contract(
    'settlement',
    'settlement.report-runs',
    5000,
    z.object({
      runId: uuid.optional(),
      report: z.string().optional(),
      receiver: receiver.optional(),
      ...page,
    }),
    z.object({ runs: z.array(reportRun) }),
  ),
  files: contract(
    'settlement',
    'settlement.report-files',
    5000,
    z.object({
      fileId: uuid.optional(),
      runId: uuid.optional(),
      report: z.string().optional(),
      receiver: receiver.optional(),
      day: z.iso.date().optional(),
      /** Superseded ones too. */
      all: z.boolean().optional(),
      ...page,
    }),
    z.object({ files: z.array(reportFile) }),
  ),
  manifest: contract(
    'settlement',
    'settlement.report-manifest',
    5000,
    z.object({ fileId: uuid, receiver: receiver.optional() }),
    z.discriminatedUnion('kind', [
      z.object({
        kind: z.literal('found'),
        /** The bytes that were signed. */
        manifest: z.string(),
        /** Ed25519, base64; absent where the switch has no key. */
        signature: z.string().optional(),
        publicKey: z.string().optional(),
      }),
      refusal,
    ]),
  ),
  /** A piece of a file. */
  bytes: contract(
    'settlement',
    'settlement.report-bytes',
    15_000,
    z.object({
      fileId: uuid,
      receiver: receiver.optional(),
      offset: z.number().int().min(0),
      length: z.number().int().min(0),
    }),
    z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('bytes'), base64: z.string(), file: reportFile }),
      refusal,
    ]),
  ),
  /** Files that their receivers were not told of; those that were told last are noted first. */
  news: contract(
    'settlement',
    'settlement.report-news',
    5000,
    z.object({ told: z.array(uuid) }),
    z.object({ files: z.array(reportFile) }),
  ),
  schedules: contract(
    'settlement',
    'settlement.report-schedules',
    5000,
    z.object({}),
    z.object({ schedules: z.array(reportSchedule) }),
  ),
  schedule: contract(
    'settlement',
    'settlement.schedule-report',
    5000,
    z.object({
      schedule: reportSchedule.omit({ scheduleId: true, operator: true, reason: true, madeAt: true }),
      ...operatorAction,
    }),
    z.discriminatedUnion('kind', [z.object({ kind: z.literal('done'), scheduleId: uuid }), fieldRefusal]),
  ),
  endSchedule: contract(
    'settlement',
    'settlement.end-report-schedule',
    5000,
    z.object({ scheduleId: uuid, ...operatorAction }),
    z.discriminatedUnion('kind', [z.object({ kind: z.literal('done') }), refusal]),
  ),
  /** What moved a participant's position in days, with its balances. */
  statement: contract(
    'settlement',
    'settlement.statement',
    10_000,
    z.object({
      participant: z.string(),
      currency: z.string(),
      day: z.iso.date(),
      until: z.iso.date(),
      after: z.number().int().min(0),
      limit: z.number().int(),
    }),
    z.object({
      openingMinor: z.string(),
      closingMinor: z.string(),
      entries: z.array(
        z.object({
          line: z.enum(['WINDOW', 'SETTLED']),
          reference: z.string(),
          at: instant,
          day: z.string(),
          valueDate: z.string().optional(),
          payments: z.number().int().optional(),
          minor: z.string(),
          balanceMinor: z.string(),
        }),
      ),
    }),
  ),
};
