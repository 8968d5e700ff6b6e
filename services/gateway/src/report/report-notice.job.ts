import { reportCalls, type ReportFile } from '@tonle/contracts';
import { ServiceUnavailable, type ServiceCalls } from '@tonle/messaging';
import type { Database } from '@tonle/persistence';
import type { Clock } from '@tonle/platform';
import type { NoticeBell } from '../notice/notice-bell.js';
import { noticeIdOf, type Notice } from '../notice/notice.js';
import { insertNotices } from '../notice/notice.store.js';

const TYPE = 'report.available';
/** Rounds of one run: what is left then is told by the next. */
const ROUNDS_MAX = 20;

/**
 * Tells participants of files that are theirs. Settlement is asked for those that nobody was told of, and told which were once that is
 * committed: whoever stops in between tells the same again, which is known by its id.
 */
export class ReportNoticeJob {
  constructor(
    private readonly database: Database,
    private readonly calls: Pick<ServiceCalls, 'call'>,
    private readonly bell: Pick<NoticeBell, 'ring'>,
    private readonly clock: Clock,
  ) {}

  readonly run = async (): Promise<void> => {
    try {
      let told: string[] = [];
      for (let round = 0; round < ROUNDS_MAX; round += 1) {
        const { files } = await this.calls.call(reportCalls.news, { told });
        if (files.length === 0) return;
        const at = new Date(this.clock.now());
        const notices = files.map(noticeOf);
        this.bell.ring(
          await this.database.transaction((transaction) => insertNotices(transaction, notices, at)),
        );
        told = files.map(({ fileId }) => fileId);
      }
    } catch (error) {
      // It is asked again in a moment.
      if (!(error instanceof ServiceUnavailable)) throw error;
    }
  };
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
