import { plain, Listener, type HttpCall, type HttpHandler, type ListenerOptions } from '../kit/listener.js';
import type { Entrance } from '../kit/network.js';

/** One port for all banks: the first word of the path is the bank's. An outage of one cuts its own callers alone. */
export class BankHall {
  private readonly listener: Listener;
  private readonly doors = new Map<string, BankDoor>();

  constructor(options: ListenerOptions) {
    this.listener = new Listener((call) => this.answer(call), options);
  }

  /** The bank's part of the port. */
  door(bank: string, handler: HttpHandler): Entrance {
    const door = new BankDoor(bank, handler, this.listener, () => this.isEmpty());
    this.doors.set(bank, door);
    return door;
  }

  private isEmpty(): boolean {
    return [...this.doors.values()].every(({ isOpen }) => !isOpen);
  }

  private answer(call: HttpCall): ReturnType<HttpHandler> {
    const [, bank = ''] = call.path.split('/');
    const door = this.doors.get(bank);
    if (door === undefined) return Promise.resolve(plain(404, `there is no bank ${bank}`));
    // Signatures cover the path as it was sent: the target stays.
    return door.isOpen
      ? door.handler({ ...call, path: call.path.slice(bank.length + 1) })
      : Promise.resolve('reset');
  }
}

class BankDoor implements Entrance {
  isOpen = false;

  constructor(
    private readonly bank: string,
    readonly handler: HttpHandler,
    private readonly listener: Listener,
    private readonly isEmpty: () => boolean,
  ) {}

  get address(): string {
    return `${this.listener.address}/${this.bank}`;
  }

  open(): Promise<void> {
    this.isOpen = true;
    return this.listener.open();
  }

  async close(): Promise<void> {
    this.isOpen = false;
    if (this.isEmpty()) await this.listener.close();
  }
}
