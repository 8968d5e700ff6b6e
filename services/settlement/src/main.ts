import { startFromEnvironment } from '@tonle/platform';
import { startSettlement } from './settlement.service.js';

await startFromEnvironment('settlement', startSettlement);
