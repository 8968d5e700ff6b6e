/** The last things seen, by id: spares a look into the database on the payment path. Never the only copy. */
export class Recent<T> {
  private readonly items = new Map<string, T>();

  constructor(private readonly max: number) {}

  get(id: string): T | undefined {
    return this.items.get(id);
  }

  add(id: string, item: T): void {
    this.items.set(id, item);
    if (this.items.size > this.max) this.items.delete(this.items.keys().next().value!);
  }
}
