export { ensureKafka, startKafka, type KafkaServer } from './kafka.js';
export { mayHoldSocket, postgresUrl, startPostgres, type PostgresServer } from './postgres.js';
export { has, installPackages, mayInstall } from './program.js';
export { ensureRedis, startRedis, type RedisServer } from './redis.js';
export { lastError, startFault, StartFault } from './start-fault.js';
export type { TlsFiles } from './tls-files.js';
export type { SpawnedServer } from './spawned-server.js';
