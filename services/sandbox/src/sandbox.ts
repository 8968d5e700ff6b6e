import { printable } from '@tonle/contracts';
import { openBanks } from './banks/banks.js';
import { Control } from './control/control.js';
import { FxProviders } from './fx/provider.js';
import { systemRandomBytes, SystemClock } from './kit/clock.js';
import { FaultBook } from './kit/fault-book.js';
import { Listener } from './kit/listener.js';
import type { Kit, SimulatedNetwork } from './kit/network.js';
import { Timers } from './kit/timers.js';
import { openAlipay } from './networks/alipay/network.js';
import { openBakong } from './networks/bakong/bakong.js';
import { openEkash } from './networks/rwanda/network.js';
import { openIsoNetwork } from './networks/iso20022/network.js';
import { openJapan } from './networks/japan/network.js';
import { PayeeRules } from './networks/iso20022/payees.js';
import { schemeOf } from './networks/iso20022/scheme.js';
import { openUnionPay } from './networks/unionpay/unionpay.js';
import type { SandboxSettings } from './settings.js';
import { WebhookCatcher } from './webhooks/catcher.js';

export interface RunningSandbox {
  /** Where each part listens: `control`, each network by its id, and what else it has by names of their own. */
  readonly addresses: Readonly<Record<string, string>> & { readonly control: string };
  close(): Promise<void>;
}

const CONTROL_BYTES_MAX = 1 << 20;

/** Opens the books, listens, and lets the FX providers push their rates. */
export async function startSandbox(
  settings: SandboxSettings,
  onError: (error: unknown) => void = warn,
): Promise<RunningSandbox> {
  const clock = new SystemClock(settings.time);
  const timers = new Timers();
  const { pause } = timers;
  const faults = new FaultBook();
  const { booksDir, keysDir, pkiDir, webhooksPort } = settings;
  const kit: Kit = { clock, faults, pause, booksDir, keysDir, pkiDir, onError };
  const catchers = webhooksPort === undefined ? [] : [new WebhookCatcher(webhooksPort, kit)];
  const networks: SimulatedNetwork[] = [...(await openNetworks(settings, kit)), ...catchers];
  const fx = new FxProviders({ ...settings, everyMs: settings.ratesMs }, clock, systemRandomBytes, pause);
  const control = new Control({
    faults,
    networks,
    thaiPayees: new PayeeRules(schemeOf('thailand')),
    fx,
    clock,
  });
  const controlListener = new Listener((call) => control.answer(call), {
    port: settings.controlPort,
    bodyBytesMax: CONTROL_BYTES_MAX,
    onError,
  });
  const listeners = [controlListener, ...networks.map(({ listener }) => listener)];
  const close = async (): Promise<void> => {
    fx.close();
    timers.close();
    await Promise.all(listeners.map((listener) => listener.close()));
    await Promise.all(networks.map((network) => network.close()));
  };
  try {
    await Promise.all(listeners.map((listener) => listener.open()));
  } catch (error) {
    await close();
    throw error;
  }
  watchOutages(faults, networks, timers, onError);
  await Promise.all(networks.map((network) => network.resume()));
  fx.start();
  const addresses = networks.map((each) => ({ [each.id]: each.listener.address, ...each.addresses }));
  return {
    addresses: { ...(Object.assign({}, ...addresses) as object), control: controlListener.address },
    close,
  };
}

/** Books that cannot be opened leave none of the others open. */
async function openNetworks(settings: SandboxSettings, kit: Kit): Promise<SimulatedNetwork[]> {
  const opened = await Promise.allSettled([
    openBakong({ ...settings.bakong, port: settings.bakongPort, seed: settings.seed }, kit),
    ...settings.networks.map((scheme) => openIsoNetwork(scheme, kit)),
    ...(settings.unionpay === undefined ? [] : [openUnionPay(settings.unionpay, kit)]),
    ...(settings.alipay === undefined ? [] : [openAlipay(settings.alipay, kit)]),
    ...(settings.japan === undefined ? [] : [openJapan(settings.japan, kit)]),
    ...(settings.rwanda === undefined ? [] : [openEkash(settings.rwanda, kit)]),
    ...(settings.banks === undefined ? [] : [openBanks(settings.banks, kit)]),
  ]);
  const networks = opened.flatMap((each) => (each.status === 'fulfilled' ? each.value : []));
  const broken = opened.find((each) => each.status === 'rejected');
  if (broken === undefined) return networks;
  await Promise.all(networks.map((network) => network.close()));
  throw broken.reason;
}

/** An outage closes the network's port; clearing it (or its time) opens the port again. */
function watchOutages(
  faults: FaultBook,
  networks: readonly SimulatedNetwork[],
  timers: Timers,
  onError: (error: unknown) => void,
): void {
  const timed = new Set<string>();
  faults.watch(() => {
    for (const { id, listener } of networks) {
      const outage = faults.outage(id);
      const change = outage === undefined ? listener.open() : listener.close();
      change.catch(onError);
      if (outage?.delayMs === undefined || timed.has(outage.id)) continue;
      timed.add(outage.id);
      void timers.pause(outage.delayMs).then(() => faults.clear(outage.id));
    }
  });
}

function warn(error: unknown): void {
  process.stderr.write(
    `${printable(error instanceof Error ? (error.stack ?? error.message) : String(error))}\n`,
  );
}
