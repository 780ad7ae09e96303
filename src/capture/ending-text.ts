import type { Ending } from './program.js';

/** Why a program ended, as far as its exit and its last words tell. */
export interface Death {
  readonly cause: 'heap-limit' | 'killed' | 'port-in-use' | 'other';
  /** How, for a sentence that begins with the program's name. */
  readonly text: string;
}

const OUT_OF_HEAP = /^FATAL ERROR: .*(JavaScript heap out of memory|Allocation failed)/;
const IN_USE = /EADDRINUSE[^\n]*?(?::(\d+))?\s*$/;
/** A shell, or a container, reports a signal as its number and 128. */
const SIGNAL_BASE = 128;
const SIGABRT = 6;
const SIGKILL = 9;

/**
 * @param lines the last that it wrote
 * @param heapSizeLimit bytes; 0: not known
 */
export function describeEnding(
  { code, signal }: Ending,
  lines: readonly string[],
  formattedLimit: string | null,
): Death {
  const exit = signal === null ? `exit code ${code}` : signal;
  const words = signal === null ? `ended with ${exit}` : `was ended by ${exit}`;
  const isAbort = signal === 'SIGABRT' || code === SIGNAL_BASE + SIGABRT;
  if (lines.some((line) => OUT_OF_HEAP.test(line)) || (isAbort && lines.some((line) => line.includes('heap limit')))) {
    const limit = formattedLimit === null ? '' : ` of ${formattedLimit}`;
    return {
      cause: 'heap-limit',
      text: `reached the limit${limit} of its JavaScript heap and ${words} (--max-old-space-size raises it; a leak reaches any)`,
    };
  }
  const inUse = lines.map((line) => IN_USE.exec(line)).find((found) => found !== null);
  if (inUse)
    return {
      cause: 'port-in-use',
      text: `could not listen: port ${inUse[1] ?? '?'} is in use by another process (EADDRINUSE), and ${words}`,
    };
  if (signal === 'SIGKILL' || code === SIGNAL_BASE + SIGKILL)
    return {
      cause: 'killed',
      text: `was killed (SIGKILL, exit code 137 in a container): by the kernel when memory ran out (a control group's limit included), or by somebody`,
    };
  return { cause: 'other', text: words };
}
