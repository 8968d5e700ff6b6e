// `npm start`: the switch in one process and the simulators in a second one; one payment each way.
import { payBothWays } from './demo.js';
import { startSingle } from './single.js';
import { noticeOf, print, runLauncher, untilAskedToStop } from './terminal.js';

await runLauncher(startSingle, async (running, args) => {
  const completed = await payBothWays(running, print);
  if (args.once) return completed ? 0 : 1;
  print(`
Tonle is running. Data, keys and logs: ${running.home}
  API        ${running.gatewayUrl}/docs
  pay        npx tonle pay --qr "$(npx tonle qr sample thai)" --amount 820.00 --wait 10
  look       npx tonle payment list
  audit      npx tonle audit
${noticeOf(running)}Press Ctrl-C to stop.`);
  await untilAskedToStop();
  return 0;
});
