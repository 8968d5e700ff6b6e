export { startAdapterBakong } from './adapter-bakong.js';
