import { startFromEnvironment } from '@tonle/platform';
import { startGateway } from './gateway.service.js';

await startFromEnvironment('gateway', startGateway);
