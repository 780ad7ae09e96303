// Fills a heap with what a service keeps, and writes its snapshot; run by bench.ts in a process of its own.
//   node heap-program.js FILE SESSIONS
import { writeHeapSnapshot } from 'node:v8';

class Session {
  readonly id: number;
  readonly user: string;
  readonly tags: readonly string[];
  readonly opened: Date;
  readonly state: { readonly score: number; readonly place: string; next: Session | null };
  readonly seen: Set<number>;
  readonly close: () => number;

  constructor(id: number, previous: Session | null) {
    this.id = id;
    this.user = `user ${id}`;
    this.tags = [`group ${id % 100}`, `plan ${id % 7}`];
    this.opened = new Date(id);
    this.state = { score: id / 3, place: `place ${id % 5000}`, next: previous };
    this.seen = new Set([id, id + 1]);
    this.close = () => this.id;
  }
}

const [file, count] = process.argv.slice(2);
const sessions = new Map<string, Session>();
let previous: Session | null = null;
for (let id = 0; id < Number(count); id++) {
  previous = new Session(id, id % 10 === 0 ? null : previous);
  sessions.set(`session ${id}`, previous);
}
writeHeapSnapshot(file);
// Kept until here.
console.error(`${sessions.size} sessions`);
