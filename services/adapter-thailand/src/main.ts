import { runNetwork } from '@tonle/network';
import { thailand } from './network.js';

await runNetwork(thailand);
