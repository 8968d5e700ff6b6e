import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { BakongLedger } from './networks/bakong/ledger.js';
import { OpenApi } from './networks/bakong/open-api.js';
import { ParticipantInterface } from './networks/bakong/participant.js';
import { seededUnit, systemRandomBytes, SystemClock } from './kit/clock.js';
import { Control } from './control/control.js';
import { FaultBook, type Network } from './kit/fault-book.js';
import type { Pause } from './kit/faulty.js';
import { FxProviders } from './fx/provider.js';
import { Listener, plain, type HttpHandler, type ListenerOptions } from './kit/listener.js';
import type { SandboxSettings } from './settings.js';
import { PayerSide } from './networks/iso20022/payer.js';
import { ThaiBooks } from './networks/iso20022/books.js';
import { ThaiSwitch } from './networks/iso20022/switch.js';
import { ThaiWire } from './kit/signed-wire.js';

export interface RunningSandbox {
  /** `control`, `bakong`, `thailand`: where each part listens. */
  readonly addresses: Readonly<Record<'control' | 'bakong' | 'thailand', string>>;
  close(): Promise<void>;
}

const NETWORK_BYTES_MAX = 1 << 20;
const CONTROL_BYTES_MAX = 1 << 20;

/** Opens the books, listens, and lets the FX providers push their rates. */
export async function startSandbox(
  settings: SandboxSettings,
  onError: (error: unknown) => void = warn,
): Promise<RunningSandbox> {
  const clock = new SystemClock();
  const timers = new Timers();
  const { pause } = timers;
  const faults = new FaultBook();
  const delayUnit = seededUnit(settings.seed);
  const journal = { onBroken: onError };
  const ledgerDelay = (): number => Math.floor(delayUnit() * (settings.bakong.ledgerDelayMs + 1));
  const ledger = await BakongLedger.open(`${settings.booksDir}/bakong.books`, clock, ledgerDelay, journal);
  const thaiBooks = await ThaiBooks.open(`${settings.booksDir}/thailand.books`, journal);
  const wire = new ThaiWire(
    { ...settings, doorUrl: settings.thaiDoorUrl, signature: settings.thaiSignature },
    clock,
    systemRandomBytes,
  );
  const payer = new PayerSide(thaiBooks, wire, faults, clock, pause, randomUUID, settings.thailand);
  const thaiSwitch = new ThaiSwitch(thaiBooks, wire, faults, clock, pause, settings.thailand.acceptanceMaxMs);
  const openApi = new OpenApi(ledger, faults, clock, pause, settings.bakong.email);
  const participants = new ParticipantInterface(ledger, faults, clock, pause, settings.bakong);
  const fx = new FxProviders({ ...settings, everyMs: settings.ratesMs }, clock, systemRandomBytes, pause);
  const control = new Control({ faults, ledger, openApi, thaiBooks, payer, fx, clock, pause });

  const listen = (port: number, handler: HttpHandler, more: Partial<ListenerOptions> = {}): Listener =>
    new Listener(handler, { port, bodyBytesMax: NETWORK_BYTES_MAX, onError, ...more });
  const listeners = {
    bakong: listen(settings.bakongPort, bakongRoutes(participants, openApi)),
    thailand: listen(settings.thaiPort, (call) => thaiSwitch.answer(call), {
      tls: mutualTls(settings.pkiDir),
    }),
    control: listen(settings.controlPort, (call) => control.answer(call), {
      bodyBytesMax: CONTROL_BYTES_MAX,
    }),
  };
  const close = async (): Promise<void> => {
    control.close();
    fx.close();
    timers.close();
    await Promise.all(Object.values(listeners).map((listener) => listener.close()));
    await wire.close();
    await Promise.all([ledger.close(), thaiBooks.close()]);
  };
  try {
    await Promise.all(Object.values(listeners).map((listener) => listener.open()));
  } catch (error) {
    await close();
    throw error;
  }
  watchOutages(faults, listeners, timers, onError);
  await thaiSwitch.resume();
  payer.resume();
  fx.start();
  const { bakong, thailand } = listeners;
  return {
    addresses: { control: listeners.control.address, bakong: bakong.address, thailand: thailand.address },
    close,
  };
}

function bakongRoutes(participants: ParticipantInterface, openApi: OpenApi): HttpHandler {
  return (call) => {
    if (call.method === 'POST' && call.path === '/cb') return participants.answer(call);
    if (call.method === 'POST' && call.path.startsWith('/v1/')) return openApi.answer(call);
    return Promise.resolve(plain(404, 'unknown path'));
  };
}

function mutualTls(pkiDir: string): NonNullable<ListenerOptions['tls']> {
  return {
    ca: readFileSync(`${pkiDir}/ca.crt`),
    key: readFileSync(`${pkiDir}/thai-switch.key`),
    cert: readFileSync(`${pkiDir}/thai-switch.crt`),
    requestCert: true,
    rejectUnauthorized: true,
    minVersion: 'TLSv1.3',
  };
}

/** An outage closes the network's port; clearing it (or its time) opens the port again. */
function watchOutages(
  faults: FaultBook,
  listeners: Record<Network, Listener>,
  timers: Timers,
  onError: (error: unknown) => void,
): void {
  const timed = new Set<string>();
  faults.watch(() => {
    for (const network of ['bakong', 'thailand'] as const) {
      const outage = faults.outage(network);
      const change = outage === undefined ? listeners[network].open() : listeners[network].close();
      change.catch(onError);
      if (outage?.delayMs === undefined || timed.has(outage.id)) continue;
      timed.add(outage.id);
      void timers.pause(outage.delayMs).then(() => faults.clear(outage.id));
    }
  });
}

/** Waits that never outlive the sandbox: closing leaves them unresolved, so nothing goes on after it. */
class Timers {
  private readonly pending = new Set<NodeJS.Timeout>();
  private closed = false;

  readonly pause: Pause = (ms) =>
    new Promise((resolve) => {
      if (this.closed) return;
      const timer = setTimeout(() => {
        this.pending.delete(timer);
        resolve();
      }, ms);
      this.pending.add(timer);
    });

  close(): void {
    this.closed = true;
    for (const timer of this.pending) clearTimeout(timer);
    this.pending.clear();
  }
}

function warn(error: unknown): void {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
}
