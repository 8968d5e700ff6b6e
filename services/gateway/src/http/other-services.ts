import type { ServiceCalls } from '@tonle/messaging';

/** The port to the other services as a class, so that Nest can hand it to controllers. */
export class OtherServices {
  constructor(readonly calls: ServiceCalls) {}
}
