/** A part of V8's heap, in bytes. */
export interface HeapSpace {
  readonly name: string;
  readonly size: number;
  readonly used: number;
}

/** What a process said of its memory when a snapshot was captured: written beside it. Sizes in bytes. */
export interface ProcessMemory {
  readonly type: 'process-memory';
  readonly version: 1;
  /** ISO 8601, just before the snapshot. */
  readonly takenAt: string;
  readonly pid: number;
  /** A worker thread's name; null for the main thread. Its heap figures are then the thread's, rss the process's. */
  readonly thread: string | null;
  /** The script that runs; null where there is none. */
  readonly script: string | null;
  readonly node: string;
  readonly v8: string;
  /** Of Node and V8, from the command line. */
  readonly flags: readonly string[];
  readonly nodeOptions: string | null;
  readonly uptimeSeconds: number;
  /** process.memoryUsage(): external includes arrayBuffers. */
  readonly memoryUsage: {
    readonly rss: number;
    readonly heapTotal: number;
    readonly heapUsed: number;
    readonly external: number;
    readonly arrayBuffers: number;
  };
  /** What the heap may grow to. */
  readonly heapSizeLimit: number;
  readonly heapSpaces: readonly HeapSpace[];
}

const SIZES = ['rss', 'heapTotal', 'heapUsed', 'external', 'arrayBuffers'] as const;

/** A ProcessMemory from JSON that may be anything: what is missing or of another type is made empty; null where it is none at all. */
export function readProcessMemory(value: unknown): ProcessMemory | null {
  const given = dictionary(value);
  if (given['type'] !== 'process-memory' || given['version'] !== 1) return null;
  const usage = dictionary(given['memoryUsage']);
  if (SIZES.some((key) => !isSize(usage[key]))) return null;
  const [rss, heapTotal, heapUsed, external, arrayBuffers] = SIZES.map((key) => usage[key] as number);
  const spaces = Array.isArray(given['heapSpaces']) ? given['heapSpaces'].map(dictionary) : [];
  return {
    type: 'process-memory',
    version: 1,
    takenAt: text(given['takenAt']) ?? '',
    pid: size(given['pid']),
    thread: text(given['thread']),
    script: text(given['script']),
    node: text(given['node']) ?? '',
    v8: text(given['v8']) ?? '',
    flags: Array.isArray(given['flags']) ? given['flags'].filter((flag) => typeof flag === 'string') : [],
    nodeOptions: text(given['nodeOptions']),
    uptimeSeconds: size(given['uptimeSeconds']),
    memoryUsage: {
      rss: rss!,
      heapTotal: heapTotal!,
      heapUsed: heapUsed!,
      external: external!,
      arrayBuffers: arrayBuffers!,
    },
    heapSizeLimit: size(given['heapSizeLimit']),
    heapSpaces: spaces.map((space) => ({
      name: text(space['name']) ?? '',
      size: size(space['size']),
      used: size(space['used']),
    })),
  };
}

function dictionary(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function isSize(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

function size(value: unknown): number {
  return isSize(value) ? value : 0;
}
