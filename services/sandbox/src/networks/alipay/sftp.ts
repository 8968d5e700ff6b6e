import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { readBody } from '../../kit/body.js';
import { json, type HttpCall, type HttpOutcome } from '../../kit/listener.js';
import type { Kit } from '../../kit/network.js';
import { SftpServer, type LaidFile } from '../../kit/sftp-server.js';
import type { AlipayBooks } from './books.js';
import { clearingDay } from './clearing.js';
import { reportFolder, reportsOf, type AlipayReportFolder } from './reports.js';
import type { AlipayScheme } from './scheme.js';

const USER = 'tonle';
/** Its fault strikes a look into a folder of what was cleared. */
export const REPORTS = 'reports';

/** The server on which Alipay+ lays its reports down, a folder for each day and each of Tonle's roles. */
export class ReportServer {
  private readonly server: SftpServer;

  constructor(
    private readonly scheme: AlipayScheme,
    private readonly books: AlipayBooks,
    private readonly kit: Kit,
  ) {
    const { keysDir, onError } = kit;
    this.server = new SftpServer({
      port: scheme.sftpPort,
      hostKey: readFileSync(`${keysDir}/${scheme.sftpKey}.key`, 'utf8'),
      users: { [USER]: readFileSync(`${keysDir}/${scheme.tonleSftpKey}.pub`, 'utf8') },
      filesOf: (path) => this.filesOf(path),
      onError,
    });
  }

  /** As a client is told it. */
  get address(): string {
    return `sftp://${USER}@127.0.0.1:${this.server.port}/v1`;
  }

  open(): Promise<void> {
    return this.server.open();
  }

  close(): Promise<void> {
    return this.server.close();
  }

  /** Lays the reports of a day down now, the running one's too: what was cleared since the last time is in files of its own. */
  async lay(call: HttpCall): Promise<HttpOutcome> {
    const body = readBody(call, layRequest);
    if (body.kind === 'refused') return body.reply;
    const { day = clearingDay(this.kit.clock.now()) } = body.value;
    const laid = this.participants.map(({ participantId }) =>
      this.laid({ kind: 'clearing', participantId, day }),
    );
    const files = (await Promise.all(laid)).flatMap((each) => each ?? []);
    return json(200, { day, files: files.map(({ name }) => name) });
  }

  private get participants(): readonly { readonly role: string; readonly participantId: string }[] {
    const { acquirerId, mppId } = this.scheme;
    return [
      { role: 'acquirer', participantId: acquirerId },
      { role: 'wallet', participantId: mppId },
    ];
  }

  /** A sandbox waits for no morning: whoever looks has the day as it is by now. */
  private filesOf(path: string): Promise<readonly LaidFile[] | undefined> {
    const folder = reportFolder(path);
    return folder === undefined ? Promise.resolve(undefined) : this.laid(folder);
  }

  private async laid(folder: AlipayReportFolder): Promise<readonly LaidFile[] | undefined> {
    const { role } = this.participants.find((each) => each.participantId === folder.participantId) ?? {};
    if (role === undefined || folder.day > clearingDay(this.kit.clock.now())) return undefined;
    const parts = await this.books.layDown(folder.day);
    const own = parts.map((items) => items.filter((item) => item.role === role));
    const fault = folder.kind === 'clearing' ? this.kit.faults.pick('alipay', REPORTS, {}) : undefined;
    return reportsOf(folder, own, fault);
  }
}

const layRequest = z.strictObject({
  /** YYYY-MM-DD in UTC+8; the running day when absent. */
  day: z.iso.date().optional(),
});
