/** What memory there is for a process, in bytes. */
export interface AvailableMemory {
  /** What can still be had: by the machine's free memory, or a control group's limit, whichever is less. */
  readonly available: number;
  /** What sets it. */
  readonly limitedBy: 'machine' | 'cgroup';
  /** The group's limit, or the machine's memory. */
  readonly limit: number;
}

const ROOT = '/sys/fs/cgroup';
/** Version 1 writes a number near 2^63 for "no limit". */
const NO_LIMIT = 2 ** 60;

/** The files that availableMemory() reads, given what is in /proc/PID/cgroup: for those who have to fetch them. */
export function memoryFiles(cgroups: string): string[] {
  const folders = [...groupFolders(cgroups)];
  return ['/proc/meminfo', ...folders.flatMap(({ folder, files }) => files.map((file) => `${folder}/${file}`))];
}

/**
 * Linux only. Page cache that a group can drop counts as available, as `docker stats` counts it.
 * Limits of all parent groups hold too: https://docs.kernel.org/admin-guide/cgroup-v2.html, "Memory".
 * @param cgroups what is in /proc/PID/cgroup; empty where unknown
 * @param read the text of a file, or null where there is none
 * @returns null where there is nothing to tell it by
 */
export function availableMemory(cgroups: string, read: (path: string) => string | null): AvailableMemory | null {
  const machine = read('/proc/meminfo') ?? '';
  const kilobytes = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(machine)?.[1]);
  const free = kilobytes('MemAvailable') * 1024;
  let least: AvailableMemory | null = Number.isNaN(free)
    ? null
    : { available: free, limitedBy: 'machine', limit: kilobytes('MemTotal') * 1024 };
  for (const { folder, files, cache } of groupFolders(cgroups)) {
    const [limit, used] = files.slice(0, 2).map((file) => Number((read(`${folder}/${file}`) ?? '').trim() || 'none'));
    // "max" in version 2
    if (limit === undefined || used === undefined || Number.isNaN(limit + used) || limit >= NO_LIMIT) continue;
    const droppable = Number(new RegExp(`^${cache} (\\d+)$`, 'm').exec(read(`${folder}/memory.stat`) ?? '')?.[1] ?? 0);
    const available = Math.max(0, limit - used + droppable);
    if (least === null || available < least.available) least = { available, limitedBy: 'cgroup', limit };
  }
  return least;
}

interface GroupFolder {
  readonly folder: string;
  /** Of the limit, of what is used, and of what that is made of. */
  readonly files: readonly [string, string, string];
  /** The line that says how much of it is page cache long unused. */
  readonly cache: string;
}

/**
 * The groups of a process with their parents. In a container the path may be that on the host, which is not there: then the
 * root, which is always among them, is the container's.
 */
function* groupFolders(cgroups: string): Iterable<GroupFolder> {
  for (const line of cgroups.split('\n')) {
    const [, controllers, path] = /^\d+:([^:]*):(\/.*)$/.exec(line) ?? [];
    if (controllers === undefined || path === undefined) continue;
    const isSecond = controllers === '';
    if (!isSecond && !controllers.split(',').includes('memory')) continue;
    const names = path.split('/').filter((name) => name !== '' && name !== '..');
    for (let depth = names.length; depth >= 0; depth--) {
      const folder = [isSecond ? ROOT : `${ROOT}/memory`, ...names.slice(0, depth)].join('/');
      if (isSecond) yield { folder, files: ['memory.max', 'memory.current', 'memory.stat'], cache: 'inactive_file' };
      else
        yield {
          folder,
          files: ['memory.limit_in_bytes', 'memory.usage_in_bytes', 'memory.stat'],
          cache: 'total_inactive_file',
        };
    }
  }
}
