// `npm run load`: an honest load on one process or the cluster, and whether its result may be believed.
import { printable } from '@tonle/contracts';
import { LaunchError } from '@tonle/tool-launcher';
import { runLoad } from './load.js';
import { LoadError, loadOptions, USAGE } from './options.js';

const say = (text: string): void => void process.stderr.write(`${printable(text)}\n`);
const print = (text: string): void => void process.stdout.write(`${printable(text)}\n`);

async function main(): Promise<number> {
  const options = loadOptions(process.argv.slice(2));
  if (options.help) {
    print(USAGE);
    return 0;
  }
  const stopAsked = new Promise<void>((done) => {
    process.once('SIGINT', () => done());
    process.once('SIGTERM', () => done());
  });
  const result = await runLoad(options, say, stopAsked);
  for (const problem of result['problems'] as readonly string[]) say(`not valid: ${problem}`);
  print(JSON.stringify(result));
  return result.valid ? 0 : 1;
}

let code = 1;
try {
  code = await main();
} catch (error) {
  const plain = error instanceof LoadError || error instanceof LaunchError;
  say(
    plain
      ? `${error.message}${error instanceof LoadError ? '\nSee npm run load -- --help' : ''}`
      : error instanceof Error
        ? (error.stack ?? error.message)
        : String(error),
  );
  code = error instanceof LoadError ? 2 : 1;
}
process.exit(code);
