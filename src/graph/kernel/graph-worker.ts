import { workerData } from 'node:worker_threads';
import { graphKernel } from './load.js';
import { runPiece } from './pieces.js';
import { computeDistancesAndSizes } from './tasks.js';
import { type GraphTask, Handout, SharedTask } from './two-threads.js';

// The second thread of engine.ts.

const { module, memory, layout, second, state, words } = workerData as GraphTask;
const kernel = graphKernel(module, memory, layout);
new SharedTask(state).attempt(() => computeDistancesAndSizes(kernel, memory, layout, second));
new Handout(words).serve((piece) => runPiece(kernel, memory, layout, piece));
