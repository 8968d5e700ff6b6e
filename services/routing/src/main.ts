import { startFromEnvironment } from '@tonle/platform';
import { startRouting } from './routing.service.js';

await startFromEnvironment('routing', startRouting);
