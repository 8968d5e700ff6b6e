import { startFromEnvironment } from '@tonle/nest';
import { startSettlement } from './settlement.service.js';

await startFromEnvironment('settlement', startSettlement);
