import { runNetwork } from '@tonle/network';
import { laos } from './network.js';

await runNetwork(laos);
