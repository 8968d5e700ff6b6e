import type { z } from 'zod';

/** A request and its answer between services; both are batches where the payment path uses them. */
export interface CallContract<Request, Response> {
  readonly service: string;
  /** e.g. `fx.quotes-by-id`. */
  readonly name: string;
  readonly request: z.ZodType<Request>;
  readonly response: z.ZodType<Response>;
  /** How long the caller waits. */
  readonly timeoutMs: number;
}

/** The service could not be asked: that means "later", never "no" (decisions 1). */
export class ServiceUnavailable extends Error {
  constructor(
    readonly service: string,
    readonly call: string,
    options?: { cause?: unknown },
  ) {
    super(`${service} did not answer ${call}`, options);
    this.name = 'ServiceUnavailable';
  }
}

/**
 * The service was asked, and broke at what it was asked with. Of a batch the others can be asked without the one: who
 * gathers or delivers divides it, in place of waiting.
 */
export class CallFailed extends ServiceUnavailable {
  constructor(service: string, call: string, options?: { cause?: unknown }) {
    super(service, call, options);
    this.name = 'CallFailed';
  }
}

/** Port 2 of 3: a direct call in one process, keep-alive HTTP with service identity between services. */
export interface ServiceCalls {
  /** Never inside a database transaction. Throws ServiceUnavailable, and CallFailed when asking again does not help. */
  call<Request, Response>(contract: CallContract<Request, Response>, request: Request): Promise<Response>;
  serve<Request, Response>(
    contract: CallContract<Request, Response>,
    handler: (request: Request) => Promise<Response>,
  ): void;
  close(): Promise<void>;
}

/** One side does not keep the contract: a fault in the program or two versions that do not fit. */
export class CallBroken extends Error {
  constructor(
    contract: { readonly service: string; readonly name: string },
    part: 'request' | 'response',
    cause: unknown,
  ) {
    const detail = cause instanceof Error ? cause.message : String(cause);
    super(`${contract.name} of ${contract.service}: the ${part} does not fit the contract: ${detail}`, {
      cause,
    });
    this.name = 'CallBroken';
  }
}
