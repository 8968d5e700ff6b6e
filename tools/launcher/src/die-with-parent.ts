// Preloaded into every supervised process: when the launcher is killed its channel closes, and a process
// without a launcher must not keep the ports.
const GRACE_MS = 3_000;

process.once('disconnect', () => {
  setTimeout(() => process.exit(1), GRACE_MS).unref();
  process.kill(process.pid, 'SIGTERM');
});
process.channel?.unref();
