import { startFromEnvironment } from '@tonle/nest';
import { startRouting } from './routing.service.js';

await startFromEnvironment('routing', startRouting);
