import { ApiClient } from '@tonle/tool-tonle';
import type { Running } from '@tonle/tool-launcher';

const LOOK_MS = 250;
const WAIT_MS_MAX = 120_000;

/** What an answer is to have; whatever else it has does not matter here. */
type Answer = Record<string, unknown>;

export interface RefusedDeed {
  readonly code: string;
  readonly detail?: string;
  readonly errors?: readonly { readonly path?: string; readonly message?: string }[];
}

/** People of finance and operations at the public API: one proposes, the others decide. */
export class Desk {
  private readonly people: readonly ApiClient[];

  constructor(
    private readonly running: Pick<Running, 'home' | 'gatewayUrl' | 'controlUrl'>,
    operators: readonly string[],
  ) {
    this.people = operators.map((id) => ApiClient.forSandbox(running.home, running.gatewayUrl, id));
  }

  /** Waits until every service answers, with the time as it was moved: each process looks for itself how far the sandbox is ahead. */
  async follows(): Promise<void> {
    await this.until('the switch to follow', async () => {
      const { services } = await this.get<{ services: { service: string; state: string }[] }>(
        '/v1/ops/services',
      );
      const away = services.filter(({ state }) => state === 'silent' || state === 'unavailable');
      if (away.length > 0) throw new Error(`not yet: ${away.map(({ service }) => service).join(', ')}`);
      return true;
    });
  }

  /** Somebody who takes part, with an own key. */
  as(participant: string): ApiClient {
    return ApiClient.forSandbox(this.running.home, this.running.gatewayUrl, participant);
  }

  async get<T>(path: string): Promise<T> {
    const { ok, status, body } = await this.people[0]!.get<T>(path);
    if (!ok) throw new Error(`GET ${path}: ${status} ${JSON.stringify(body)}`);
    return body;
  }

  /** `by`: which of the people. */
  async post<T = Answer>(path: string, body: Answer, by = 0): Promise<T> {
    const answer = await this.people[by]!.post<T>(path, body);
    if (!answer.ok) throw new Error(`POST ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  /** What is to be refused, and why it is. Rejects when it is taken. */
  async refused(path: string, body: Answer): Promise<RefusedDeed> {
    const answer = await this.people[0]!.post<RefusedDeed>(path, body);
    if (answer.ok) throw new Error(`POST ${path} was to be refused: ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  /** The others approve what one has proposed, each warning looked at. Rejects when it is not carried out then. */
  async approve(approval: string): Promise<void> {
    const path = `/v1/ops/approvals/${approval}`;
    let state = 'pending';
    for (let by = 1; by < this.people.length && state === 'pending'; by += 1) {
      const { warnings = [] } = await this.get<{ warnings?: { code: string }[] }>(path);
      const acknowledged = warnings.map(({ code }) => code);
      const body = { verdict: 'approve', reason: 'looked at it', acknowledged };
      ({ state } = await this.post<{ state: string }>(`${path}/decision`, body, by));
    }
    if (state !== 'executed')
      throw new Error(`${approval} is ${state}: ${JSON.stringify(await this.get(path))}`);
  }

  /** The simulators' control API. */
  async control(path: string, body: Answer): Promise<void> {
    await this.simulator('POST', path, JSON.stringify(body));
  }

  /** What the simulators' control API tells, as it is. */
  told(path: string): Promise<string> {
    return this.simulator('GET', path);
  }

  /** Runs a job of settlement until it has done its work. */
  async job(name: string, parameters: Answer): Promise<void> {
    await this.until(`job ${name}`, async () => {
      const asked = { job: name, reason: 'the week', ...parameters };
      const { jobId } = await this.post<{ jobId: string }>('/v1/ops/jobs', asked);
      return this.until(`job ${name} to end`, async () => {
        const { state, progress } = await this.get<{ state: string; progress: string }>(
          `/v1/ops/jobs/${jobId}`,
        );
        if (state === 'failed') throw new Ended(`job ${name}: ${progress}`);
        return state === 'done' ? true : undefined;
      }).catch((error: unknown) => {
        throw error instanceof Ended ? new Error(error.message) : error;
      });
    });
  }

  /** What `look` finds once it finds something. Rejects with the last thing that went wrong. */
  async until<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
    const untilMs = performance.now() + WAIT_MS_MAX;
    let last: unknown;
    while (performance.now() < untilMs) {
      try {
        const found = await look();
        if (found !== undefined) return found;
        last = undefined;
      } catch (error) {
        if (error instanceof Ended) throw error;
        last = error;
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
    throw new Error(`waited in vain for ${what}`, { cause: last });
  }

  private async simulator(method: string, path: string, body?: string): Promise<string> {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(new URL(path, this.running.controlUrl), { method, headers, body });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text;
  }
}

/** It has ended, and otherwise than it was to: nothing is waited for. */
class Ended extends Error {}
