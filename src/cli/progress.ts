import { visibleText } from '../report/untrusted-text.js';
import { formatBytes } from '../util/bytes.js';

/** Work shorter than this shows no progress, and no line is drawn more often. */
const DELAY_MS = 300;
const INTERVAL_MS = 100;
const BAR = 24;

/** One line on a terminal that is drawn over itself. */
export class Progress {
  readonly #stream: NodeJS.WriteStream;
  #next = performance.now() + DELAY_MS;
  #isShown = false;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  /** @param total 0: not known */
  update(what: string, done: number, total: number): void {
    if (!this.#isDue()) return;
    const share = total > 0 ? Math.min(1, done / total) : 0;
    const filled = Math.round(share * BAR);
    const bar = total > 0 ? `[${'#'.repeat(filled)}${'.'.repeat(BAR - filled)}] ${Math.floor(share * 100)}% ` : '';
    const amount = total > 0 ? `${formatBytes(done)} of ${formatBytes(total)}` : formatBytes(done);
    this.#draw(`${bar}${amount}  ${visibleText(what)}`);
  }

  /** What cannot be told in bytes. */
  tell(text: string): void {
    if (this.#isDue()) this.#draw(visibleText(text));
  }

  /** What takes a while and tells nothing of how far it is; for work that has been going on for long enough. */
  say(what: string): void {
    if (performance.now() < this.#next && !this.#isShown) return;
    this.#stream.write(`\r\u001b[K${visibleText(what).slice(0, (this.#stream.columns || 80) - 1)}`);
    this.#isShown = true;
  }

  clear(): void {
    if (this.#isShown) this.#stream.write('\r\u001b[K');
    this.#isShown = false;
  }

  #isDue(): boolean {
    const now = performance.now();
    if (now < this.#next) return false;
    this.#next = now + INTERVAL_MS;
    return true;
  }

  #draw(line: string): void {
    this.#stream.write(`\r\u001b[K${line.slice(0, (this.#stream.columns || 80) - 1)}`);
    this.#isShown = true;
  }
}
