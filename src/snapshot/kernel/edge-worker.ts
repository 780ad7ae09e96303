import { parentPort, workerData } from 'node:worker_threads';
import { buffersOf, readTail } from '../file-tail.js';
import { EDGES, WORDS } from './columns.js';
import { newKernel, readAt, sharedKernel, type Kernel } from './load.js';
import { RecordsFromBack } from './records-from-back.js';
import { SharedSection } from './shared-section.js';
import type { EdgeTask } from './two-threads.js';

// The second thread of read-columns.ts: what stands behind the edges, then edges from the back.

/** What follows the edges in V8's layout. A newline cannot stand inside a JSON string. */
const NEXT_SECTION = Buffer.from('],\n"trace_function_infos":[');
const FIELDS = 3;

function run(task: EdgeTask): void {
  const { fd, schema, columns } = task;
  const { nodeStride, declaredEdgeCount } = schema;
  const shared = new SharedSection(task.section);
  const kernel = sharedKernel(task.kernel);
  const { exports } = kernel;
  const descriptor = kernel.words(columns, WORDS);
  const end = findEnd(kernel, task, shared);
  sendTail(task, end, shared);
  let first = declaredEdgeCount;
  if (end >= 0) {
    shared.endBefore(Math.ceil(end / kernel.input.length));
    const section = { fd, end, fields: FIELDS, records: declaredEdgeCount };
    first = new RecordsFromBack(kernel, shared, section, (record, start, stop, lines) => {
      descriptor[EDGES] = record;
      exports.takeEdges(columns, start, stop, nodeStride, lines);
      return exports.taken.value >>> 0;
    }).run();
  }
  shared.answer({ first, end });
}

/** Just past the section's bracket, looked for from the file's end; -1: not there. */
function findEnd({ input }: Kernel, { fd, size }: EdgeTask, shared: SharedSection): number {
  const overlap = NEXT_SECTION.length - 1;
  const step = input.length - 4096;
  const view = Buffer.from(input.buffer, input.byteOffset, input.length);
  for (let end = size; end > 0; end -= step) {
    const start = Math.max(0, end - step);
    const length = readAt(fd, input.subarray(0, end + overlap - start), start);
    const at = view.subarray(0, length).lastIndexOf(NEXT_SECTION);
    if (at >= 0) return start + at + 1;
    if (shared.hasStopped) return -1;
  }
  return -1;
}

/** Sends one message, whatever it finds. In memory of its own: that of the columns is the main thread's to hand out. */
function sendTail(task: EdgeTask, from: number, shared: SharedSection): void {
  const kernel = from < 0 ? null : newKernel(task.kernel.module);
  const parts = kernel && readTail(kernel, task, task.schema, from, () => shared.hasStopped);
  parentPort!.postMessage(parts, parts ? buffersOf(parts) : []);
}

run(workerData as EdgeTask);
