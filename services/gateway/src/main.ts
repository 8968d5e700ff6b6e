import { startFromEnvironment } from '@tonle/nest';
import { startGateway } from './gateway.service.js';

await startFromEnvironment('gateway', startGateway);
