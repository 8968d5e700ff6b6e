import { runNetwork } from '@tonle/network';
import { unionpay } from './network.js';

await runNetwork(unionpay);
