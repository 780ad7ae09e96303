import { parentPort } from 'node:worker_threads';
import { newKernel } from './load.js';
import { RecordsFromBack } from './records-from-back.js';
import { SharedSection } from './shared-section.js';
import { KernelTally } from './tally.js';
import type { TallyTask } from './two-threads.js';

// The second thread of shared-tally.ts: adds up nodes from the section's end, in memory of its own.

function run({ module, inputBytes, section, fd, end, schema, named }: TallyTask): void {
  const shared = new SharedSection(section);
  const kernel = newKernel(module, inputBytes);
  const tally = kernel && new KernelTally(kernel, schema, named);
  const { nodeStride: fields, declaredNodeCount: records } = schema;
  const first =
    tally === null
      ? -1
      : new RecordsFromBack(kernel!, shared, { fd, end, fields, records }, (_, start, stop, lines) =>
          tally.takeBetween(start, stop, lines),
        ).run();
  shared.answer({ first, end });
  parentPort!.postMessage(tally && first >= 0 ? { first, part: tally.part() } : null);
}

parentPort!.once('message', run);
