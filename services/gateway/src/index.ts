export { publicApi } from './reference/public-api.js';
export { startGateway } from './gateway.service.js';
