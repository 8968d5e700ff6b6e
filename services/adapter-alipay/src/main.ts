import { runNetwork } from '@tonle/network';
import { alipay } from './network.js';

await runNetwork(alipay);
