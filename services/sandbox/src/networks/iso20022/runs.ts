import { readBody } from '../../kit/body.js';
import { json, type HttpCall, type HttpOutcome } from '../../kit/listener.js';
import { runRequest, type InboundRun } from './run.js';

/** One load run at a time; it streams a line a second and ends when its caller goes. */
export class Runs {
  private current: InboundRun | undefined;

  constructor(private readonly make: (request: ConstructorParameters<typeof InboundRun>[0]) => InboundRun) {}

  async start(call: HttpCall): Promise<HttpOutcome> {
    const body = readBody(call, runRequest);
    if (body.kind === 'refused') return body.reply;
    if (this.current !== undefined) return json(409, { error: 'a run is under way' });
    const run = this.make(body.value);
    this.current = run;
    const { response } = call;
    response.writeHead(200, { 'content-type': 'application/x-ndjson' });
    response.on('close', () => run.stop());
    try {
      await run.run((line) => response.write(`${JSON.stringify(line)}\n`));
    } finally {
      this.current = undefined;
      response.end();
    }
    return 'streamed';
  }

  stop(): void {
    this.current?.stop();
  }
}
