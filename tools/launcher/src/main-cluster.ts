// `npm run cluster`: every service a process of its own, over Kafka, Redis and PostgreSQL.
import { startCluster } from './cluster.js';
import { banner } from './banner.js';
import { payBothWays } from './demo.js';
import { print, runLauncher, untilAskedToStop } from './terminal.js';

await runLauncher(startCluster, async (running, args) => {
  const completed = await payBothWays(running, print);
  if (args.once) return completed ? 0 : 1;
  print(banner('Tonle is running as separate services.', running, args.home));
  await untilAskedToStop();
  return 0;
});
