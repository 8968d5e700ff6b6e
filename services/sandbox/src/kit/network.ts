import type { Clock } from '@tonle/platform';
import type { FaultyOperation } from './fault-check.js';
import type { FaultBook } from './fault-book.js';
import type { Pause } from './faulty.js';
import type { HttpCall, HttpOutcome } from './listener.js';

/** One call of the control API; `tail` is what follows the noun in the path. */
export type ControlRoute = (call: HttpCall, tail: string | undefined) => Promise<HttpOutcome> | HttpOutcome;

/** What every simulated network is made with. */
export interface Kit {
  readonly clock: Clock;
  readonly faults: FaultBook;
  readonly pause: Pause;
  /** Folder of the books: `<network>.books`. */
  readonly booksDir: string;
  /** `<participant>.key.pem`, `<participant>.pub.pem`. */
  readonly keysDir: string;
  /** `ca.crt`, `<certificate>.key`, `<certificate>.crt`. */
  readonly pkiDir: string;
  readonly onError: (error: unknown) => void;
}

/** Where a network is called: a port of its own, or its part of one. Both calls may come again. */
export interface Entrance {
  readonly address: string;
  open(): Promise<void>;
  close(): Promise<void>;
}

/** A network of the sandbox: its port, its books, and its part of the control API. */
export interface SimulatedNetwork {
  readonly id: string;
  readonly listener: Entrance;
  /** Where else it listens, by names of their own. */
  readonly addresses?: Readonly<Record<string, string>>;
  /** What can go wrong at it, by the names of its operations. */
  readonly operations: Readonly<Record<string, FaultyOperation>>;
  /** `GET balance` is served as `GET /control/<id>/balance`; `GET *` as every other `GET /control/<id>/<tail>`. */
  readonly routes: Readonly<Record<string, ControlRoute>>;
  /** Counts and sums, for `GET /control/books`; absent where no money is. */
  books?(): Promise<unknown>;
  /** Goes on with what was open when the process died. */
  resume(): Promise<void>;
  close(): Promise<void>;
}
