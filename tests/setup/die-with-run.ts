// Loaded into every process of a test run: a worker whose run was killed ends, and with it the servers that it started.
const LOOK_MS = 500;

const run = process.ppid;
if (process.env['JEST_WORKER_ID'] !== undefined)
  setInterval(() => {
    if (process.ppid !== run) process.exit(1);
  }, LOOK_MS).unref();
