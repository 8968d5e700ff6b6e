import { runNetwork } from '@tonle/network';
import { rwanda } from './network.js';

await runNetwork(rwanda);
