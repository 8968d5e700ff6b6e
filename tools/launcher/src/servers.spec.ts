import { expect, it } from '@jest/globals';
import { until } from '../../../tests/world/until.js';
import { SupervisedServer, type ServerHandle } from './servers.js';

/** Starts whose end is in the test's hand. */
class Starts {
  count = 0;
  readonly stopped: number[] = [];
  readonly ended: (() => void)[] = [];
  /** Those from the second on take until they are given up. */
  readonly launch = (signal: AbortSignal): Promise<ServerHandle> => {
    const pid = (this.count += 1);
    if (pid > 1)
      return new Promise((_, fail) => signal.addEventListener('abort', () => fail(new Error('given up'))));
    return Promise.resolve({
      pid,
      onExit: (listener: () => void) => void this.ended.push(listener),
      stop: () => Promise.resolve(void this.stopped.push(pid)),
    });
  };
}

it('a server that was killed is waited for as long as it lives, and given up when all is stopped', async () => {
  const starts = new Starts();
  const said: string[] = [];
  const server = new SupervisedServer('kafka', starts.launch, (text) => said.push(text));
  await server.start();
  expect(server.pid).toBe(1);
  starts.ended[0]!();
  await until('the next start', () => starts.count === 2);
  await server.stop();
  expect(said).toEqual(['kafka ended, starting it again']);
  expect([server.pid, starts.stopped]).toEqual([undefined, []]);
});

it('a start that is under way ends with the others', async () => {
  const starts = new Starts();
  starts.count = 1;
  const server = new SupervisedServer('kafka', starts.launch, () => undefined);
  const started = expect(server.start()).rejects.toThrow('given up');
  await server.stop();
  await started;
});

it('a server that runs is stopped once', async () => {
  const starts = new Starts();
  const server = new SupervisedServer('kafka', starts.launch, () => undefined);
  await server.start();
  await server.stop();
  expect(starts.stopped).toEqual([1]);
});
