export { ApiClient, freshKey, sandboxKey, type ApiAnswer, type ApiClientOptions } from './api-client.js';
