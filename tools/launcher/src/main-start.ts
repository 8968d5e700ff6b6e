// `npm start`: the switch in one process and the simulators in a second one; one payment each way.
import { banner } from './banner.js';
import { payBothWays } from './demo.js';
import { startSingle } from './single.js';
import { print, runLauncher, untilAskedToStop } from './terminal.js';

await runLauncher(startSingle, async (running, args) => {
  const completed = await payBothWays(running, print);
  if (args.once) return completed ? 0 : 1;
  print(banner('Tonle is running.', running, args.home));
  await untilAskedToStop();
  return 0;
});
