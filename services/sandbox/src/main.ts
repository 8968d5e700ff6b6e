import { printable } from '@tonle/contracts';
import { sandboxSettings, startSandbox } from './index.js';

const sandbox = await startSandbox(sandboxSettings(process.env));
process.stdout.write(`${printable(JSON.stringify({ ready: 'sandbox', ...sandbox.addresses }))}\n`);

let stopping = false;
const stop = (): void => {
  if (stopping) return;
  stopping = true;
  void sandbox.close().finally(() => process.exit(0));
};
process.on('SIGTERM', stop);
process.on('SIGINT', stop);
