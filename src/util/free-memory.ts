/** The text of a file, or null where it cannot be read. */
export type ReadText = (path: string) => string | null;

/**
 * Bytes that this process may still take on Linux: what the machine has available, and what the limits of its control groups
 * (v1 and v2) leave, whichever is less. Pages that only cache files count as free: the kernel gives them up first. null
 * where that cannot be told (another system).
 */
export function findFreeMemory(readText: ReadText): number | null {
  const available = /^MemAvailable:\s*(\d+) kB$/m.exec(readText('/proc/meminfo') ?? '');
  if (!available) return null;
  const limits = groupFolders(readText('/proc/self/cgroup') ?? '').flatMap((folder) => roomIn(folder, readText) ?? []);
  return Math.min(Number(available[1]) * 1024, ...limits);
}

interface GroupFolder {
  readonly path: string;
  readonly version: 1 | 2;
}

/** The folders of the groups that the process is in, up to the root: the limit of each of them holds. */
function groupFolders(groups: string): GroupFolder[] {
  return groups.split('\n').flatMap((line) => {
    const [, controllers, path] = /^\d+:([^:]*):(\/.*)$/.exec(line) ?? [];
    if (controllers === undefined || path === undefined) return [];
    const version = controllers === '' ? 2 : 1;
    if (version === 1 && !controllers.split(',').includes('memory')) return [];
    const base = version === 2 ? '/sys/fs/cgroup' : '/sys/fs/cgroup/memory';
    const parts = path.split('/').filter((part) => part !== '');
    return Array.from({ length: parts.length + 1 }, (_, k) => ({
      path: [base, ...parts.slice(0, parts.length - k)].join('/'),
      version,
    }));
  });
}

const FILES = {
  1: {
    limit: 'memory.limit_in_bytes',
    usage: 'memory.usage_in_bytes',
    caches: ['total_inactive_file', 'total_active_file'],
  },
  2: { limit: 'memory.max', usage: 'memory.current', caches: ['inactive_file', 'active_file'] },
} as const;

/** What a group's limit leaves; null where it has none. */
function roomIn({ path, version }: GroupFolder, readText: ReadText): number | null {
  const files = FILES[version];
  const limit = Number.parseInt(readText(`${path}/${files.limit}`) ?? '', 10);
  const usage = Number.parseInt(readText(`${path}/${files.usage}`) ?? '', 10);
  if (Number.isNaN(limit) || Number.isNaN(usage)) return null;
  const stat = readText(`${path}/memory.stat`) ?? '';
  const cached = files.caches.map((key) => Number(new RegExp(`^${key} (\\d+)$`, 'm').exec(stat)?.[1] ?? 0));
  return Math.max(0, limit - usage + cached.reduce((sum, bytes) => sum + bytes, 0));
}
