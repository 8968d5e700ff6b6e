import { reportCalls, type ReportFile } from '@tonle/contracts';
import type { ServiceCalls } from '@tonle/messaging';
import type { Database } from '@tonle/persistence';
import type { Clock } from '@tonle/platform';
import { tellNews } from '../notice/news-telling.js';
import type { NoticeBell } from '../notice/notice-bell.js';
import { noticeIdOf, type Notice } from '../notice/notice.js';

const TYPE = 'report.available';

/** Tells participants of files that are theirs. */
export class ReportNoticeJob {
  constructor(
    private readonly database: Database,
    private readonly calls: Pick<ServiceCalls, 'call'>,
    private readonly bell: Pick<NoticeBell, 'ring'>,
    private readonly clock: Clock,
  ) {}

  readonly run = (): Promise<void> =>
    tellNews(
      { database: this.database, bell: this.bell, clock: this.clock },
      {
        ask: async (told: string[]) => (await this.calls.call(reportCalls.news, { told })).files,
        toldOf: ({ fileId }) => fileId,
        noticesOf: (file) => [noticeOf(file)],
      },
    );
}

function noticeOf(file: ReportFile): Notice {
  const {
    fileId,
    receiver: participant,
    report,
    format,
    name,
    version,
    bytes,
    sha256,
    knownAt,
    madeAt,
  } = file;
  const { supersedes } = file;
  const data = {
    ...{ fileId, report, format, name, version, bytes, sha256, knownAt },
    ...(supersedes === undefined ? {} : { supersedes }),
    href: `/v1/reports/files/${fileId}`,
  };
  return { noticeId: noticeIdOf(participant, fileId, TYPE), participant, type: TYPE, data, at: madeAt };
}
