/**
 * What happens some time after it was asked for. Nothing happens within the request that asked, not even
 * after zero milliseconds: a caller always sees the status in between.
 */
export class Timers {
  private readonly pending = new Set<NodeJS.Timeout>();

  after(milliseconds: number, effect: () => void): void {
    const timer = setTimeout(() => {
      this.pending.delete(timer);
      effect();
    }, milliseconds);
    // A process whose server is closed is not kept alive by what AWS would still have done.
    timer.unref();
    this.pending.add(timer);
  }

  stop(): void {
    for (const timer of this.pending) clearTimeout(timer);
    this.pending.clear();
  }
}
