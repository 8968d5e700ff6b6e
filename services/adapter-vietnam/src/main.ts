import { runNetwork } from '@tonle/network';
import { vietnam } from './network.js';

await runNetwork(vietnam);
