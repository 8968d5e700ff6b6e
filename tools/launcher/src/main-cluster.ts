// `npm run cluster`: every service a process of its own, over Kafka, Redis and PostgreSQL.
import { startCluster } from './cluster.js';
import { demonstrate } from './demonstrate.js';
import { runLauncher } from './terminal.js';

await runLauncher(startCluster, demonstrate('Tonle is running as separate services.'));
