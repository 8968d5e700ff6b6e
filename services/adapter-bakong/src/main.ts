import { runNetwork } from '@tonle/network';
import { bakong } from './network.js';

await runNetwork(bakong);
