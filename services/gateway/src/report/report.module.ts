import { Module } from '@nestjs/common';
import { CALLS, CLOCK, DATABASE, provide } from '@tonle/http';
import { Service } from '@tonle/platform';
import { DirectoryCopyModule } from '../directory/directory-copy.module.js';
import { NoticeBell } from '../notice/notice-bell.js';
import { NoticeModule } from '../notice/notice.module.js';
import { OperatorReportController } from './operator-report.controller.js';
import { ReportDesk } from './report-desk.service.js';
import { ReportNoticeJob } from './report-notice.job.js';
import { ReportController } from './report.controller.js';
import { StatementController } from './statement.controller.js';

const TELL_EVERY_MS = 1_000;

/** Reports, for operators and for participants, who are told of theirs. */
@Module({
  imports: [DirectoryCopyModule, NoticeModule],
  controllers: [OperatorReportController, ReportController, StatementController],
  providers: [provide(ReportDesk, CALLS), provide(ReportNoticeJob, DATABASE, CALLS, NoticeBell, CLOCK)],
})
export class ReportModule {
  constructor(service: Service, notices: ReportNoticeJob) {
    service.job('tell-reports', TELL_EVERY_MS, notices.run);
  }
}
