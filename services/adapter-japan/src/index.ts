import { startNetwork } from '@tonle/network';
import { japan } from './network.js';

export const start = startNetwork(japan);
