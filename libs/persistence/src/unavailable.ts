/** The database could not be asked: that means "later", never "no". The caller may do the same again. */
export class DatabaseUnavailable extends Error {
  /**
   * @param commitUnknown the connection died while COMMIT was under way: the transaction may stand or not.
   */
  constructor(
    message: string,
    readonly commitUnknown: boolean,
    options?: { cause?: unknown },
  ) {
    super(message, options);
    this.name = 'DatabaseUnavailable';
  }
}

const SOCKET_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENETDOWN',
  'EMFILE',
  'ENFILE',
  'ENOBUFS',
]);

// Shutdown, crash, start-up, no connection left, no memory or disk, input/output error or a file that is gone, read only.
const SQL_STATES = new Set([
  ...['57P01', '57P02', '57P03', '57P05', '53100', '53200', '53300'],
  ...['58000', '58030', '58P01', '58P02', '25006'],
]);

/** These end the connection, whatever the statement was. */
const ENDS_CONNECTION = new Set(['FATAL', 'PANIC']);
/** But who we are, and that there is no such database, is for people. */
const FOR_PEOPLE = /^(28|3D)/;

const PG_CLIENT_TEXTS = [
  'Connection terminated',
  'connection error and is not queryable',
  'timeout exceeded when trying to connect',
  // Of one client, where the line before is a pool's.
  'timeout expired',
  // The server answered with an error where it says whether it has TLS: it could make no process.
  'There was an error establishing an SSL connection',
  'Query read timeout',
  'Client was closed and is not queryable',
  'Cannot use a pool after calling end on the pool',
];

/** Whether an error of pg says that the server is away, not that the statement is wrong. */
export function isConnectionLoss(error: unknown): boolean {
  if (error instanceof DatabaseUnavailable) return true;
  const { code, message, errors, severity } = (error ?? {}) as Readonly<Record<string, unknown>>;
  if (Array.isArray(errors) && errors.some(isConnectionLoss)) return true;
  if (typeof code === 'string') {
    if (SOCKET_CODES.has(code) || SQL_STATES.has(code)) return true;
    if (code.length === 5 && code.startsWith('08')) return true;
    if (typeof severity === 'string' && ENDS_CONNECTION.has(severity) && !FOR_PEOPLE.test(code)) return true;
  }
  return typeof message === 'string' && PG_CLIENT_TEXTS.some((text) => message.includes(text));
}

// No disk, no memory, input/output error, read only.
const STORAGE_STATES = new Set(['53100', '53200', '58030', '25006']);

/** The server's own error when it says that it cannot keep anything now; undefined for others. */
export function storageFault(error: unknown): unknown {
  const said = error instanceof DatabaseUnavailable ? error.cause : error;
  return STORAGE_STATES.has(sqlState(said) ?? '') ? said : undefined;
}

/** The same error, or DatabaseUnavailable around it when the server is away. */
export function classify(error: unknown, commitUnknown = false): unknown {
  if (!isConnectionLoss(error)) return error;
  if (error instanceof DatabaseUnavailable)
    return error.commitUnknown === commitUnknown
      ? error
      : new DatabaseUnavailable(error.message, commitUnknown, { cause: error.cause });
  const { message, code } = error as { message?: string; code?: string };
  const reason = message === undefined || message === '' ? code : message;
  return new DatabaseUnavailable(`The database cannot be asked now: ${reason}`, commitUnknown, {
    cause: error,
  });
}

/** Serialisation failure or deadlock: the whole transaction may be done again. */
export function isRetryable(error: unknown): boolean {
  const { code } = (error ?? {}) as { code?: unknown };
  return code === '40001' || code === '40P01';
}

/**
 * Statement, lock or transaction timed out, serialisation failed, a resource ran out, a password is being changed: what
 * was asked is not wrong.
 */
const SLOW_STATES = new Set([
  ...['57014', '55P03', '25P03', '25P04', '40001', '40P01', '53000', '53400'],
  ...['28000', '28P01'],
]);

/** Whether an error says that the database is away or slow, and so nothing about what it was asked with. */
export function isTransient(error: unknown): boolean {
  const { code } = (error ?? {}) as { code?: unknown };
  return isConnectionLoss(error) || (typeof code === 'string' && SLOW_STATES.has(code));
}

/** SQLSTATE of an error of the database, e.g. `23505`; undefined for others. */
export function sqlState(error: unknown): string | undefined {
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : undefined;
}
