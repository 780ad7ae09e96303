import { workerData } from 'node:worker_threads';
import { graphKernel } from './load.js';
import { computeDistances, computeShallowSizes } from './tasks.js';
import { DISTANCES, type GraphTask, SHALLOW_SIZES, TaskBoard } from './two-threads.js';

// The second thread of engine.ts.

const { module, memory, layout, states } = workerData as GraphTask;
const kernel = graphKernel(module, memory, layout);
const board = new TaskBoard(states);
board.attempt(SHALLOW_SIZES, () => computeShallowSizes(kernel, layout));
board.attempt(DISTANCES, () => computeDistances(kernel, memory, layout));
