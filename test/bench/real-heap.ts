import { execFileSync } from 'node:child_process';
import { closeSync, openSync, readSync, renameSync, statSync, writeSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('./heap-program.js', import.meta.url));
/** What a session takes in a snapshot, about. */
const BYTES_PER_SESSION = 1150;
const NEWLINE = 10;
const COMMA = 44;
const CLOSING_BRACKET = 93;
const CHUNK = 1 << 20;

/** Writes the snapshot of a real heap, about `bytes` long, in the layout of this Node. */
export function writeRealHeap(path: string, bytes: number): void {
  const sessions = String(Math.max(1, Math.round(bytes / BYTES_PER_SESSION)));
  execFileSync(process.execPath, ['--max-old-space-size=16000', PROGRAM, `${path}.part`, sessions], {
    stdio: 'ignore',
  });
  renameSync(`${path}.part`, path);
}

/**
 * The same snapshot as Node 24 and Chrome lay it out: without the newlines that stand before the comma or the bracket behind a record. In
 * the strings a newline stands behind the comma.
 */
export function writeWithoutLines(from: string, to: string): void {
  const [input, output] = [openSync(from, 'r'), openSync(`${to}.part`, 'w')];
  const buffer = Buffer.alloc(CHUNK + 1);
  const size = statSync(from).size;
  for (let place = 0; place < size; place += CHUNK) {
    // One byte more than the chunk: what follows a newline at its end.
    const read = readSync(input, buffer, 0, CHUNK + 1, place);
    const end = Math.min(read, CHUNK);
    const kept: Buffer[] = [];
    let start = 0;
    for (let at = buffer.indexOf(NEWLINE); at >= 0 && at < end; at = buffer.indexOf(NEWLINE, at + 1)) {
      const next = at + 1 < read ? buffer[at + 1] : 0;
      if (next !== COMMA && next !== CLOSING_BRACKET) continue;
      kept.push(buffer.subarray(start, at));
      start = at + 1;
    }
    kept.push(buffer.subarray(start, end));
    writeSync(output, Buffer.concat(kept));
  }
  closeSync(input);
  closeSync(output);
  renameSync(`${to}.part`, to);
}
