export { openApiDocument } from './reference/openapi.js';
export { startGateway } from './gateway.service.js';
