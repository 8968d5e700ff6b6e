// Prints the seed first and one plain closing line last; a skipped test fails the run, unless a name was asked for (-t).
import { randomInt } from 'node:crypto';

interface Results {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly numRuntimeErrorTestSuites: number;
}

process.env['TONLE_SEED'] ??= String(randomInt(2 ** 31));

export default class CountReporter {
  private error: Error | undefined;

  private readonly namePattern: string;

  // No parameter property: Node strips the types of this file, and does no more.
  constructor(config: { readonly testNamePattern?: string }) {
    this.namePattern = config.testNamePattern ?? '';
  }

  onRunStart(): void {
    const seed = process.env['TONLE_SEED'];
    process.stderr.write(`seed ${seed} (repeat with TONLE_SEED=${seed})\n`);
  }

  onRunComplete(_contexts: unknown, results: Results): void {
    const skipped = this.namePattern === '' ? results.numPendingTests + results.numTodoTests : 0;
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites + skipped;
    if (skipped > 0) this.error = new Error(`${skipped} tests were skipped`);
    process.stdout.write(`\n${results.numPassedTests} passed, ${failed} failed\n`);
  }

  getLastError(): Error | undefined {
    return this.error;
  }
}
