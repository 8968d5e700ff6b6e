import { askedDay as day, REPORT_BASES, REPORT_STATES } from '@tonle/contracts';
import { REPORT_FORMATS, REPORT_LANGUAGES } from '@tonle/report';
import { z } from 'zod';
import { publicAmount } from '../http/public-amount.js';
import { reason } from '../operations/operations.schema.js';
import { currencyCode, instant, listNote, pageLimit, printable, uuid } from '../payment/payment.schema.js';

// Reports: what there is, runs, files, schedules; a participant's own, and the statement of its position.

const PAGE_MAX = 200;
const reportId = z
  .string()
  .regex(/^R[0-9]{1,2}$/, 'Must be a report such as R1.')
  .meta({ description: 'Such as R1; see the list of reports', examples: ['R1'] });
const format = z.enum(REPORT_FORMATS);
const basis = z.enum(REPORT_BASES).meta({
  description:
    '`then`: as known at the end of the period, or at `knownAt`; `now`: as known when it was asked for',
});
const language = z.enum(REPORT_LANGUAGES).meta({ description: 'Of labels, in XLSX and PDF' });
const time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'Must be a time of day as HH:MM.');

const parameters = z
  .strictObject({
    day: day.optional().meta({ description: "The day, or the first one; by the home network's clock" }),
    until: day.optional().meta({ description: 'The last day, of several' }),
    window: printable(64).optional().meta({ description: 'Id of a window' }),
    currency: currencyCode.optional(),
    partner: printable(64).optional().meta({ description: 'A network' }),
    entry: printable(128)
      .optional()
      .meta({ description: 'One movement of a position: `<line>:<reference>:<milliseconds>`' }),
  })
  .meta({ id: 'ReportParameters' });

const described = z.array(
  z.object({
    report: z.string(),
    title: z.string(),
    schemaVersion: z.int(),
    audience: z
      .enum(['operators', 'participants'])
      .meta({ description: '`participants` may have their own part of it' }),
    formats: z.array(z.string()),
    parameters: z.array(z.object({ name: z.string(), isNeeded: z.boolean() })),
    columns: z.array(z.object({ key: z.string(), label: z.string(), type: z.string() })),
  }),
);
export const publicReports = z
  .object({
    reports: described,
    places: z
      .array(z.string())
      .meta({ description: 'Where files can be delivered, as the settings name it' }),
  })
  .meta({ id: 'Reports' });
export type PublicReports = z.infer<typeof publicReports>;
export const ownReports = z.object({ reports: described }).meta({ id: 'OwnReports' });
export type OwnReports = z.infer<typeof ownReports>;

export const runReportBody = z
  .strictObject({
    report: reportId,
    receiver: printable(64)
      .optional()
      .meta({ description: 'Participant that gets its own part; absent: all of it, for the scheme' }),
    parameters,
    basis: basis.default('then'),
    knownAt: instant.optional().meta({ description: 'As known at this instant; with a zone' }),
    formats: z.array(format).min(1).max(6).default(['csv']),
    language: language.default('en'),
    deliver: z.array(printable(64)).max(10).default([]),
    reason,
  })
  .meta({ id: 'RunReport' });
export type RunReport = z.infer<typeof runReportBody>;

export const requestReportBody = z
  .strictObject({
    report: reportId,
    parameters,
    basis: basis.default('then'),
    knownAt: instant.optional().meta({ description: 'As known at this instant; with a zone' }),
    formats: z.array(format).min(1).max(6).default(['csv']),
    language: language.default('en'),
  })
  .meta({ id: 'RequestReport' });
export type RequestReport = z.infer<typeof requestReportBody>;

export const startedRun = z.object({ runId: uuid }).meta({ id: 'StartedReport' });

export const publicFile = z
  .object({
    fileId: uuid,
    runId: uuid,
    report: z.string(),
    receiver: z.string(),
    format,
    name: z.string(),
    version: z.int().meta({ description: 'Grows when a run finds another content; the older one stays' }),
    sequence: z.int().meta({ description: 'Counts the files of a report for a receiver, without a gap' }),
    bytes: z.int(),
    rows: z.int(),
    sha256: z.string().meta({ description: 'SHA-256 of its bytes, hexadecimal' }),
    contentSha256: z.string().meta({ description: 'SHA-256 of the report as CSV: the same in every format' }),
    parameters: z.record(z.string(), z.string()),
    knownAt: instant.meta({ description: 'What was known then is in it, and nothing that came later' }),
    madeAt: instant,
    supersedes: uuid.optional().meta({ description: 'The version before' }),
    supersededAt: instant.optional().meta({ description: 'A newer version stands in its place since' }),
    goneAt: instant.optional().meta({
      description: 'Its bytes were kept as long as they had to be; a run of the same gives them again',
    }),
    confirmed: z.int().meta({ description: 'How often a later run made the same bytes' }),
    links: z.object({ file: z.string(), manifest: z.string() }),
  })
  .meta({ id: 'ReportFile' });
export type PublicFile = z.infer<typeof publicFile>;

const runFields = z.object({
  runId: uuid,
  report: z.string(),
  receiver: z.string(),
  parameters: z.record(z.string(), z.string()),
  basis,
  knownAt: instant,
  formats: z.array(z.string()),
  language: z.string(),
  state: z.enum(REPORT_STATES),
  progress: z.string().meta({ description: 'For people' }),
  rows: z.int().optional(),
  requestedAt: instant,
  endedAt: instant.optional(),
  operator: z.string().meta({ description: 'Id of the key that asked for it' }),
  reason: z.string(),
  leftOut: z
    .array(z.object({ format: z.string(), because: z.string() }))
    .optional()
    .meta({ description: 'Formats that it was too long for' }),
});
export const publicRun = runFields.extend({ files: z.array(publicFile) }).meta({ id: 'ReportRun' });
export type PublicRun = z.infer<typeof publicRun>;
export const publicRuns = z
  .object({ runs: z.array(runFields), next: z.string().optional(), note: listNote })
  .meta({ id: 'ReportRuns' });
export type PublicReportRuns = z.infer<typeof publicRuns>;

export const publicFiles = z
  .object({ files: z.array(publicFile), next: z.string().optional(), note: listNote })
  .meta({ id: 'ReportFiles' });
export type PublicFiles = z.infer<typeof publicFiles>;

const page = {
  cursor: uuid.optional().meta({ description: '`next` of the page before' }),
  limit: pageLimit(PAGE_MAX),
};
const receiver = printable(64).optional().meta({ description: 'Participant that it is for' });

export const runsQuery = z.strictObject({ report: reportId.optional(), receiver, ...page });
export type ReportRunsQuery = z.infer<typeof runsQuery>;
const all = z.literal('true').optional().meta({ description: 'Superseded versions too' });
export const filesQuery = z.strictObject({
  report: reportId.optional(),
  receiver,
  day: day.optional(),
  all,
  ...page,
});
export type FilesQuery = z.infer<typeof filesQuery>;
export const ownFilesQuery = filesQuery.omit({ receiver: true });
export type OwnFilesQuery = z.infer<typeof ownFilesQuery>;

export const publicManifest = z
  .object({
    manifest: z.string().meta({ description: 'JSON; exactly these bytes are signed' }),
    signature: z.string().optional().meta({ description: 'Ed25519 over the manifest, base64' }),
    publicKey: z.string().optional().meta({
      description:
        'PEM. It proves nothing by itself: compare it with the one that the operator of the switch gave you',
    }),
  })
  .meta({ id: 'ReportManifest' });
export type PublicManifest = z.infer<typeof publicManifest>;

const scheduleFields = {
  report: reportId,
  every: z.enum(['window', 'day', 'month']).meta({
    description: '`window`: each once it is netted; `day`, `month`: the one that is over, at `at`',
  }),
  at: time.optional().meta({ description: "By the home network's clock; of `day` and `month`" }),
  currency: currencyCode.optional(),
  formats: z.array(format).min(1).max(6),
  language,
  deliver: z.array(printable(64)).max(10),
};
export const scheduleBody = z
  .strictObject({
    ...scheduleFields,
    receiver: printable(64).optional().meta({
      description:
        '`each` of the participants that it is about, or one of them; absent: all of it, for the scheme',
    }),
    language: language.default('en'),
    deliver: z.array(printable(64)).max(10).default([]),
    reason,
  })
  .meta({ id: 'ScheduleReport' });
export type ScheduleReport = z.infer<typeof scheduleBody>;
export const endScheduleBody = z.strictObject({ reason }).meta({ id: 'EndReportSchedule' });
export type EndSchedule = z.infer<typeof endScheduleBody>;

export const publicSchedules = z
  .object({
    schedules: z.array(
      z.object({
        ...scheduleFields,
        scheduleId: uuid,
        report: z.string(),
        at: z.string().optional(),
        currency: z.string().optional(),
        formats: z.array(z.string()),
        language: z.string(),
        deliver: z.array(z.string()),
        receiver: z.string(),
        operator: z.string(),
        reason: z.string(),
        madeAt: instant,
      }),
    ),
  })
  .meta({ id: 'ReportSchedules' });
export type PublicSchedules = z.infer<typeof publicSchedules>;
export const madeSchedule = z.object({ scheduleId: uuid }).meta({ id: 'MadeReportSchedule' });

export const statementQuery = z.strictObject({
  day: day.optional().meta({ description: "The first day, by the home network's clock; absent: today" }),
  until: day.optional().meta({ description: 'The last day; absent: the first one alone' }),
  cursor: z
    .string()
    .regex(/^[0-9]{1,6}$/, 'Must be the `next` of a page.')
    .optional()
    .meta({ description: '`next` of the page before' }),
  limit: pageLimit(PAGE_MAX),
});
export type StatementReportQuery = z.infer<typeof statementQuery>;

export const publicStatement = z
  .object({
    participant: z.string(),
    currency: z.string(),
    day,
    until: day,
    opening: publicAmount.meta({ description: 'Position before the first day: minus is owed by you' }),
    closing: publicAmount.meta({ description: 'Position after the last day, or now' }),
    entries: z.array(
      z.object({
        line: z.enum(['WINDOW', 'SETTLED']).meta({
          description: '`WINDOW`: the net of a window; `SETTLED`: what the settlement bank moved of it',
        }),
        reference: z.string(),
        at: instant,
        day,
        valueDate: day.optional(),
        payments: z.int().optional(),
        amount: publicAmount,
        balance: publicAmount,
      }),
    ),
    next: z.string().optional(),
  })
  .meta({ id: 'PositionStatement' });
export type PublicStatement = z.infer<typeof publicStatement>;

const RANGE = /^bytes=(\d{1,15})-(\d{1,15})?$/;

/** A part of a file that is asked for; undefined: the whole, as for a Range of another form (RFC 9110, 14.2). */
export const askedRange = z
  .string()
  .max(200)
  .optional()
  .transform((text): { readonly from: number; readonly to: number | undefined } | undefined => {
    const match = text === undefined ? null : RANGE.exec(text);
    if (match === null) return undefined;
    const to = match[2] === undefined ? undefined : Number.parseInt(match[2], 10);
    return { from: Number.parseInt(match[1]!, 10), to };
  })
  .meta({
    description:
      'One range of bytes, as `bytes=0-1048575` or `bytes=1048576-`: to go on where a download broke off',
  });
export type AskedRange = z.infer<typeof askedRange>;
