import { CallBroken, CallFailed, ServiceUnavailable } from './calls.js';
import type { CallContract, ServiceCalls } from './calls.js';
import { isLater, TryLater } from './delivery.js';

type Handler = (request: unknown) => Promise<unknown>;

interface Served {
  readonly contract: CallContract<unknown, unknown>;
  readonly handler: Handler;
}

/** Calls between services that share a process; give all of them the same one. Checks both ways like HTTP. */
export class DirectCalls implements ServiceCalls {
  private readonly served = new Map<string, Served>();

  async call<Request, Response>(
    contract: CallContract<Request, Response>,
    request: Request,
  ): Promise<Response> {
    const served = this.served.get(`${contract.service}/${contract.name}`);
    if (served === undefined) throw new ServiceUnavailable(contract.service, contract.name);
    const asked = contract.request.safeParse(request);
    if (!asked.success) throw new CallBroken(contract, 'request', asked.error);
    let limit: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, fail) => {
      limit = setTimeout(
        () => fail(new TryLater(`no answer within ${contract.timeoutMs} ms`)),
        contract.timeoutMs,
      );
    });
    let raw: unknown;
    try {
      raw = await Promise.race([served.handler(asked.data), late]);
    } catch (cause) {
      const Failure = isLater(cause) ? ServiceUnavailable : CallFailed;
      throw new Failure(contract.service, contract.name, { cause });
    } finally {
      clearTimeout(limit);
    }
    const answer = contract.response.safeParse(raw);
    if (!answer.success) throw new CallBroken(contract, 'response', answer.error);
    return answer.data;
  }

  serve<Request, Response>(
    contract: CallContract<Request, Response>,
    handler: (request: Request) => Promise<Response>,
  ): void {
    this.served.set(`${contract.service}/${contract.name}`, { contract, handler: handler as Handler });
  }

  close(): Promise<void> {
    this.served.clear();
    return Promise.resolve();
  }
}
