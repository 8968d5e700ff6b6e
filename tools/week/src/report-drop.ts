import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ssh2, { type Connection, type ParsedKey, type SFTPWrapper } from 'ssh2';

/** The place of reports that the week delivers to. */
export const DROP = 'drop';
const USER = 'tonle';
const ROOT = '/in';
const { STATUS_CODE } = ssh2.utils.sftp;

/** Somebody's SFTP server on loopback, on which the switch lays reports down; it keeps them in memory. */
export class ReportDrop {
  /** By their paths below the place, such as `TONLE/R1-2026-11-30.csv`. */
  readonly files = new Map<string, Buffer>();
  private readonly connections = new Set<Connection>();

  private constructor(
    private readonly server: ssh2.Server,
    private readonly folder: string,
    /** Whose key it lets in. */
    private readonly own: ParsedKey,
    /** What tells an installation of it. */
    readonly settings: Readonly<Record<string, string>>,
  ) {
    server.on('connection', (connection: Connection) => this.greet(connection));
  }

  /** Opens one with keys of its own. */
  static async open(): Promise<ReportDrop> {
    const folder = mkdtempSync(join(tmpdir(), 'tonle-drop-'));
    const [host, own] = [rsaKey(), rsaKey()];
    const server = new ssh2.Server({ hostKeys: [host] });
    await new Promise<void>((done, fail) => {
      server.once('error', fail);
      server.listen(0, '127.0.0.1', () => done());
    });
    const { port } = server.address() as AddressInfo;
    const theirs = (ssh2.utils.parseKey(host) as ParsedKey).getPublicSSH().toString('base64');
    writeFileSync(join(folder, 'own.key'), own, { mode: 0o600 });
    writeFileSync(join(folder, 'host.pub'), `ssh-rsa ${theirs} drop`);
    const place = {
      url: `sftp://${USER}@127.0.0.1:${port}${ROOT}`,
      ...{ keyFile: 'own.key', hostKey: 'host.pub' },
    };
    const file = join(folder, 'places.json');
    writeFileSync(file, JSON.stringify({ [DROP]: place }));
    const key = ssh2.utils.parseKey(own) as ParsedKey;
    return new ReportDrop(server, folder, key, { TONLE_REPORT_PLACES_FILE: file });
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((done) => this.server.close(() => done()));
    for (const connection of this.connections) connection.end();
    await closed;
    rmSync(this.folder, { recursive: true, force: true });
  }

  private greet(connection: Connection): void {
    this.connections.add(connection);
    connection.on('close', () => this.connections.delete(connection));
    // Whoever hangs up in the middle tries again.
    connection.on('error', () => this.connections.delete(connection));
    connection.on('authentication', (attempt) => {
      const isOwn =
        attempt.method === 'publickey' &&
        attempt.username === USER &&
        attempt.key.data.equals(this.own.getPublicSSH()) &&
        (attempt.signature === undefined ||
          this.own.verify(attempt.blob!, attempt.signature, attempt.hashAlgo) === true);
      if (isOwn) attempt.accept();
      else attempt.reject(['publickey']);
    });
    connection.on('session', (accept) => {
      accept().on('sftp', (acceptSftp) => this.take(acceptSftp()));
    });
  }

  /** What a client needs to lay a file down under another name, and to give it its own when it is whole. */
  private take(sftp: SFTPWrapper): void {
    const open: string[] = [];
    const done = (id: number): void => sftp.status(id, STATUS_CODE.OK);
    const below = (path: string): string => path.replace(`${ROOT}/`, '');
    sftp.on('MKDIR', done);
    sftp.on('OPEN', (id, path) => {
      this.files.set(below(path), Buffer.alloc(0));
      const handle = Buffer.alloc(4);
      handle.writeUInt32BE(open.push(below(path)) - 1);
      sftp.handle(id, handle);
    });
    sftp.on('FSTAT', (id) => sftp.attrs(id, { mode: 0o100644, uid: 0, gid: 0, size: 0, atime: 0, mtime: 0 }));
    sftp.on('FSETSTAT', done);
    sftp.on('WRITE', (id, handle, offset, data) => {
      const path = open[handle.readUInt32BE()]!;
      const before = this.files.get(path)!;
      const after = Buffer.alloc(Math.max(before.length, offset + data.length));
      before.copy(after);
      data.copy(after, offset);
      this.files.set(path, after);
      done(id);
    });
    sftp.on('CLOSE', done);
    sftp.on('REMOVE', (id, path) =>
      sftp.status(id, this.files.delete(below(path)) ? STATUS_CODE.OK : STATUS_CODE.NO_SUCH_FILE),
    );
    sftp.on('RENAME', (id, from, to) => {
      this.files.set(below(to), this.files.get(below(from))!);
      this.files.delete(below(from));
      done(id);
    });
  }
}

const rsaKey = (): string =>
  generateKeyPairSync('rsa', { modulusLength: 2048 })
    .privateKey.export({ type: 'pkcs1', format: 'pem' })
    .toString();
