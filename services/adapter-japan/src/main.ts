import { runNetwork } from '@tonle/network';
import { japan } from './network.js';

await runNetwork(japan);
