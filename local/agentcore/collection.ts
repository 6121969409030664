import type { Numbered } from "./pages";

/** Records of one kind by id, in the order of their creation. */
export class Collection<T extends { readonly id: string }> {
  private readonly records = new Map<string, Numbered<T>>();
  private count = 0;

  add(record: T): void {
    this.records.set(record.id, { number: ++this.count, record });
  }

  get(id: string): T | undefined {
    return this.records.get(id)?.record;
  }

  remove(id: string): void {
    this.records.delete(id);
  }

  find(matches: (record: T) => boolean): T | undefined {
    return this.all().find(matches);
  }

  all(): T[] {
    return this.numbered().map(({ record }) => record);
  }

  numbered(): Numbered<T>[] {
    return [...this.records.values()];
  }
}
