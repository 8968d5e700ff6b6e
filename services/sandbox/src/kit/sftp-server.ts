import { timingSafeEqual } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { posix } from 'node:path';
import ssh2, { type AuthContext, type Connection, type ParsedKey, type SFTPWrapper } from 'ssh2';

/** A file that a network lays down. */
export interface LaidFile {
  readonly name: string;
  readonly bytes: Buffer;
}

export interface SftpServerOptions {
  /** 0: a free one. */
  readonly port: number;
  /** Private key of the server, OpenSSH or PKCS#1 PEM. */
  readonly hostKey: string;
  /** Who may come: user -> public key, OpenSSH. */
  readonly users: Readonly<Record<string, string>>;
  /** The files of a folder as they are now; undefined when there is no such folder. */
  readonly filesOf: (folder: string) => Promise<readonly LaidFile[] | undefined>;
  readonly onError: (error: unknown) => void;
}

const { OPEN_MODE, STATUS_CODE } = ssh2.utils.sftp;
const REGULAR_FILE = 0o100444;
const FOLDER = 0o040555;

/** An SFTP server on loopback that gives files to read, and takes none. */
export class SftpServer {
  private readonly server: ssh2.Server;
  private readonly connections = new Set<Connection>();

  constructor(private readonly options: SftpServerOptions) {
    this.server = new ssh2.Server({ hostKeys: [options.hostKey] }, (connection) => this.greet(connection));
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  open(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(this.options.port, '127.0.0.1', () => resolve());
    });
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    for (const connection of this.connections) connection.end();
    await closed;
  }

  private greet(connection: Connection): void {
    this.connections.add(connection);
    connection.on('close', () => this.connections.delete(connection));
    // A client that hangs up in the middle is no fault of ours.
    connection.on('error', () => this.connections.delete(connection));
    // Servers of SSH do; the types lack it.
    const { setNoDelay } = connection as Connection & { setNoDelay(isSet: boolean): void };
    connection.on('ready', () => setNoDelay.call(connection, true));
    connection.on('authentication', (attempt) => this.admit(attempt));
    connection.on('session', (accept) => {
      accept().on('sftp', (acceptSftp) => serve(acceptSftp(), this.options));
    });
  }

  private admit(attempt: AuthContext): void {
    const known = this.options.users[attempt.username];
    if (attempt.method !== 'publickey' || known === undefined) return attempt.reject(['publickey']);
    const key = ssh2.utils.parseKey(known) as ParsedKey;
    const { key: offered, blob, signature, hashAlgo } = attempt;
    const expected = key.getPublicSSH();
    const isTheirs = offered.data.length === expected.length && timingSafeEqual(offered.data, expected);
    const isSigned = signature === undefined || key.verify(blob!, signature, hashAlgo) === true;
    if (isTheirs && isSigned) attempt.accept();
    else attempt.reject(['publickey']);
  }
}

/** What a handle stands for: a folder's files until they were listed, or a file's bytes. */
type Opened = { readonly files: LaidFile[] } | { readonly bytes: Buffer };

function serve(sftp: SFTPWrapper, given: SftpServerOptions): void {
  // Clients write a folder with a slash at its end, or without one.
  const options = { ...given, filesOf: (path: string) => given.filesOf(posix.resolve('/', path)) };
  const handles = new Handles(sftp);
  sftp.on('REALPATH', (id, path) => {
    sftp.name(id, [{ filename: posix.resolve('/', path), longname: '', attrs: attrsOf(FOLDER, 0) }]);
  });
  serveFolders(sftp, handles, options);
  serveFiles(sftp, handles, options);
  serveFacts(sftp, options);
  // A client that has said its last word waits for ours.
  sftp.on('end', () => sftp.end());
  sftp.on('CLOSE', (id, handle) => {
    handles.drop(handle);
    sftp.status(id, STATUS_CODE.OK);
  });
}

class Handles {
  private readonly opened = new Map<number, Opened>();
  private next = 0;

  constructor(private readonly sftp: SFTPWrapper) {}

  give(id: number, opened: Opened): void {
    const handle = Buffer.alloc(4);
    handle.writeUInt32BE(this.next);
    this.opened.set(this.next, opened);
    this.next += 1;
    this.sftp.handle(id, handle);
  }

  get(handle: Buffer): Opened | undefined {
    return this.opened.get(handle.readUInt32BE());
  }

  drop(handle: Buffer): void {
    this.opened.delete(handle.readUInt32BE());
  }
}

function serveFolders(sftp: SFTPWrapper, handles: Handles, { filesOf, onError }: SftpServerOptions): void {
  sftp.on('OPENDIR', (id, path) => {
    filesOf(path).then(
      (files) => {
        if (files === undefined) sftp.status(id, STATUS_CODE.NO_SUCH_FILE);
        else handles.give(id, { files: [...files] });
      },
      failing(sftp, id, onError),
    );
  });
  sftp.on('READDIR', (id, handle) => {
    const opened = handles.get(handle);
    const files = opened !== undefined && 'files' in opened ? opened.files.splice(0) : [];
    if (files.length === 0) return sftp.status(id, STATUS_CODE.EOF);
    sftp.name(
      id,
      files.map(({ name, bytes }) => ({
        filename: name,
        longname: name,
        attrs: attrsOf(REGULAR_FILE, bytes.length),
      })),
    );
  });
}

function serveFiles(sftp: SFTPWrapper, handles: Handles, { filesOf, onError }: SftpServerOptions): void {
  sftp.on('OPEN', (id, path, flags) => {
    filesOf(posix.dirname(path)).then(
      (files) => {
        const file = files?.find(({ name }) => name === posix.basename(path));
        if (flags !== OPEN_MODE.READ) sftp.status(id, STATUS_CODE.PERMISSION_DENIED);
        else if (file === undefined) sftp.status(id, STATUS_CODE.NO_SUCH_FILE);
        else handles.give(id, { bytes: file.bytes });
      },
      failing(sftp, id, onError),
    );
  });
  sftp.on('READ', (id, handle, offset, length) => {
    const opened = handles.get(handle);
    const bytes =
      opened !== undefined && 'bytes' in opened ? opened.bytes.subarray(offset, offset + length) : undefined;
    if (bytes === undefined || bytes.length === 0) sftp.status(id, STATUS_CODE.EOF);
    else sftp.data(id, bytes);
  });
}

/** What clients ask before they fetch: is it there, and how long is it? */
function serveFacts(sftp: SFTPWrapper, { filesOf, onError }: SftpServerOptions): void {
  const tell = (id: number, path: string): void => {
    Promise.all([filesOf(path), filesOf(posix.dirname(path))]).then(
      ([folder, files]) => {
        const file = files?.find(({ name }) => name === posix.basename(path));
        if (file !== undefined) sftp.attrs(id, attrsOf(REGULAR_FILE, file.bytes.length));
        else if (folder !== undefined) sftp.attrs(id, attrsOf(FOLDER, 0));
        else sftp.status(id, STATUS_CODE.NO_SUCH_FILE);
      },
      failing(sftp, id, onError),
    );
  };
  sftp.on('STAT', tell);
  sftp.on('LSTAT', tell);
}

function failing(sftp: SFTPWrapper, id: number, onError: (error: unknown) => void) {
  return (error: unknown): void => {
    onError(error);
    sftp.status(id, STATUS_CODE.FAILURE);
  };
}

function attrsOf(mode: number, size: number): ssh2.Attributes {
  return { mode, size, uid: 0, gid: 0, atime: 0, mtime: 0 };
}
