import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { plainEnvironment } from '../../helpers/heapstat-process.js';
import type { Outcome } from './readers.js';
import { makeTrial } from './trial.js';
import type { Message, Order } from './worker.js';

export interface Campaign extends Omit<Order, 'deadline'> {
  /** Seconds after which no other input is begun. */
  readonly seconds: number;
  /** How many inputs may fail before it ends. */
  readonly mostFinds: number;
  readonly onFind?: (find: FoundInput) => void;
}

export interface FoundInput {
  readonly index: number;
  readonly kind: string;
  readonly what: string;
}

export interface Tally {
  /** Inputs tried, by kind of damage. */
  readonly kinds: Map<string, number>;
  /** Outcomes, by way of reading. */
  readonly ways: Map<string, Map<Outcome, number>>;
  readonly finds: FoundInput[];
  inputs: number;
  /** Bytes of memory (resident set) at most. */
  peak: number;
}

/** A single input takes a hundredth of this on a quiet machine; on a busy one, at low priority, a hundred times as long as there. */
const MOST_MS = 200_000;
/** Inputs are 2.5 MB at most; Node itself takes 50. */
const MOST_BYTES = 1.5 * 2 ** 30;

/** Tries inputs one after the other in a process of its own, which may hang, crash and take too much memory. */
export async function runCampaign(campaign: Campaign): Promise<Tally> {
  const tally: Tally = { kinds: new Map(), ways: new Map(), finds: [], inputs: 0, peak: 0 };
  const deadline = Date.now() + campaign.seconds * 1000;
  let next = campaign.first;
  while (next < campaign.end && Date.now() < deadline && tally.finds.length < campaign.mostFinds)
    next = await runWorker({ ...campaign, first: next, deadline }, campaign, tally);
  return tally;
}

/** Goes on as long as one process does; the input to go on with. */
function runWorker(order: Order, { onFind, mostFinds }: Campaign, tally: Tally): Promise<number> {
  const { seed, end, deadline, isSmall, commandLineEvery, folder, first } = order;
  const found = (index: number, kind: string, what: string): void => {
    tally.finds.push({ index, kind, what });
    onFind?.({ index, kind, what });
  };
  return new Promise((resolve, reject) => {
    const child: ChildProcess = fork(fileURLToPath(new URL('worker.js', import.meta.url)), {
      env: plainEnvironment(),
      execArgv: ['--max-old-space-size=768'],
    });
    let underWay = -1;
    let next = first;
    let verdict = 'the process died';
    let timer: NodeJS.Timeout | undefined;
    const stop = (why: string): void => {
      verdict = why;
      child.kill('SIGKILL');
    };
    child.on('error', reject);
    child.on('message', (message: Message) => {
      clearTimeout(timer);
      next = message.index + 1;
      if (message.type === 'begun') {
        underWay = message.index;
        timer = setTimeout(() => stop(`not done in ${MOST_MS} ms`), MOST_MS);
        return;
      }
      underWay = -1;
      count(message, tally);
      if (message.find !== null) found(message.index, message.kind, message.find);
      if (message.peak > MOST_BYTES) {
        found(message.index, message.kind, `takes ${Math.round(message.peak / 2 ** 20)} MiB`);
        stop('');
      } else if (tally.finds.length >= mostFinds) stop('');
    });
    child.on('exit', (code, signal) => {
      clearTimeout(timer);
      if (underWay >= 0) found(underWay, makeTrial(seed, underWay, isSmall).kind, `${verdict} (${code ?? signal})`);
      // It ended by itself before it met anything: it would do so again.
      else if (code !== 0 && verdict === 'the process died')
        reject(new Error(`the worker ended with ${code ?? signal}`));
      resolve(next);
    });
    child.send({ seed, end, deadline, isSmall, commandLineEvery, folder, first } satisfies Order);
  });
}

function count({ kind, outcomes, peak }: Extract<Message, { type: 'done' }>, tally: Tally): void {
  tally.inputs++;
  tally.kinds.set(kind, (tally.kinds.get(kind) ?? 0) + 1);
  for (const [way, outcome] of outcomes) {
    const counts = tally.ways.get(way) ?? new Map<Outcome, number>();
    tally.ways.set(way, counts.set(outcome, (counts.get(outcome) ?? 0) + 1));
  }
  tally.peak = Math.max(tally.peak, peak);
}
