import { HeapstatError } from '../errors.js';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Does work that has to clean up after itself when the user or a signal ends it: it is told by its signal, and has to throw
 * that reason. A second Ctrl-C ends the process at once.
 */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const onSignal = (name: NodeJS.Signals): void => {
    if (controller.signal.aborted) process.exit(128 + 2);
    controller.abort(
      new HeapstatError(
        'INTERRUPTED',
        `ended by ${name === 'SIGINT' ? 'Ctrl-C' : name}; nothing unfinished is left behind`,
      ),
    );
  };
  for (const name of SIGNALS) process.on(name, onSignal);
  try {
    return await work(controller.signal);
  } catch (error) {
    // Whatever the abort made fail.
    throw controller.signal.aborted ? controller.signal.reason : error;
  } finally {
    for (const name of SIGNALS) process.off(name, onSignal);
  }
}
