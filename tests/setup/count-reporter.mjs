// Prints the seed first and one plain closing line last; a skipped test fails the run.
process.env.TONLE_SEED ??= String(Math.floor(Math.random() * 2 ** 31));

export default class CountReporter {
  onRunStart() {
    process.stderr.write(
      `seed ${process.env.TONLE_SEED} (repeat with TONLE_SEED=${process.env.TONLE_SEED})\n`,
    );
  }

  onRunComplete(_contexts, results) {
    const skipped = results.numPendingTests + results.numTodoTests;
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites + skipped;
    if (skipped > 0) this.error = new Error(`${skipped} tests were skipped`);
    process.stdout.write(`\n${results.numPassedTests} passed, ${failed} failed\n`);
  }

  getLastError() {
    return this.error;
  }
}
