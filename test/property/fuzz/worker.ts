import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { shorten } from './expectation.js';
import { tryCommandLine } from './command-line.js';
import { tryGraph } from './graphs.js';
import { Find, type Outcome, stackOf, tryReaders } from './readers.js';
import { makeTrial } from './trial.js';

/** What a worker is to try. */
export interface Order {
  readonly seed: number;
  /** The first input, and how far apart the next ones are. */
  readonly first: number;
  /** Inputs end before this one. */
  readonly end: number;
  /** Date.now() after which no other input is begun. */
  readonly deadline: number;
  readonly isSmall: boolean;
  /** Every so many-th input also goes through the command line. */
  readonly commandLineEvery: number;
  /** Files are written there. */
  readonly folder: string;
}

/** What a worker says. */
export type Message =
  | { readonly type: 'begun'; readonly index: number }
  | {
      readonly type: 'done';
      readonly index: number;
      readonly kind: string;
      readonly outcomes: readonly (readonly [string, Outcome])[];
      readonly find: string | null;
      readonly peak: number;
    };

async function run(order: Order): Promise<void> {
  for (let index = order.first; index < order.end && Date.now() < order.deadline; index++) {
    process.send!({ type: 'begun', index } satisfies Message);
    process.send!(await tryOne(order, index));
  }
}

/** Peak of the process so far: the first input after which it is too large is the one. */
async function tryOne({ seed, isSmall, commandLineEvery, folder }: Order, index: number): Promise<Message> {
  const trial = makeTrial(seed, index, isSmall);
  const place = join(folder, `input-${seed}-${index}`);
  const files = { damaged: join(place, 'damaged.heapsnapshot'), original: join(place, 'original.heapsnapshot') };
  mkdirSync(place, { recursive: true });
  writeFileSync(files.damaged, trial.damaged);
  writeFileSync(files.original, trial.original);
  const outcomes: [string, Outcome][] = [];
  const told = { outcome: (way: string, outcome: Outcome) => void outcomes.push([way, outcome]) };
  let find: string | null = null;
  try {
    const understood = await tryReaders(trial, files.damaged, told);
    await tryGraph(trial, understood, told);
    if (index % commandLineEvery === 0) await tryCommandLine(trial, files, understood, told);
  } catch (error) {
    find = error instanceof Find ? error.message : `unexpected: ${shorten(stackOf(error), 1500)}`;
  }
  if (find === null) rmSync(place, { recursive: true });
  const peak = process.resourceUsage().maxRSS * 1024;
  return { type: 'done', index, kind: trial.kind, outcomes, find, peak };
}

process.once('message', (order) => {
  void run(order as Order).then(() => process.disconnect());
});
