export { startGateway } from './gateway.service.js';
