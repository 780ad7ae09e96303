import type { ProcessMemory } from '../../dist/analysis/process-memory.js';

/** What a process may say of its memory. */
export function processMemory(given: Partial<ProcessMemory> = {}): ProcessMemory {
  return {
    type: 'process-memory',
    version: 1,
    takenAt: '2026-01-02T03:04:05.678Z',
    pid: 4711,
    thread: null,
    script: '/srv/app/server.js',
    node: 'v22.0.0',
    v8: '12.4.254.14-node.11',
    flags: ['--max-old-space-size=512'],
    nodeOptions: null,
    uptimeSeconds: 12.5,
    memoryUsage: {
      rss: 100_000_000,
      heapTotal: 30_000_000,
      heapUsed: 20_000_000,
      external: 5_000_000,
      arrayBuffers: 1_000_000,
    },
    heapSizeLimit: 600_000_000,
    heapSpaces: [],
    ...given,
  };
}
