// `npm run cluster`: every service a process of its own, over Kafka, Redis and PostgreSQL.
import { startCluster } from './cluster.js';
import { payBothWays } from './demo.js';
import { noticeOf, print, runLauncher, untilAskedToStop } from './terminal.js';

await runLauncher(startCluster, async (running, args) => {
  const completed = await payBothWays(running, print);
  if (args.once) return completed ? 0 : 1;
  print(`
Tonle is running as separate services. Data, keys and logs: ${running.home}
  API        ${running.gatewayUrl}/docs
${noticeOf(running)}Press Ctrl-C to stop.`);
  await untilAskedToStop();
  return 0;
});
