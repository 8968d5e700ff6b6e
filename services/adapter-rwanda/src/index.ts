import { startNetwork } from '@tonle/network';
import { rwanda } from './network.js';

export const start = startNetwork(rwanda);
