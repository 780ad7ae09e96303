import assert from 'node:assert/strict';
import { test } from 'node:test';
import { availableMemory, memoryFiles } from '../../dist/util/available-memory.js';

const MACHINE = 'MemTotal:       16000000 kB\nMemFree:  1 kB\nMemAvailable:    8000000 kB\n';
const FREE = 8_000_000 * 1024;

const CASES: { name: string; cgroups: string; files: Record<string, string>; expected: unknown }[] = [
  { name: 'nothing to tell it by', cgroups: '', files: {}, expected: null },
  {
    name: 'no limit: the machine',
    cgroups: '0::/user.slice/app.service\n',
    files: { '/proc/meminfo': MACHINE, '/sys/fs/cgroup/user.slice/app.service/memory.max': 'max\n' },
    expected: { available: FREE, limitedBy: 'machine', limit: 16_000_000 * 1024 },
  },
  {
    name: 'version 2: the group, less what it uses, with the page cache that it can drop',
    cgroups: '0::/app\n',
    files: {
      '/proc/meminfo': MACHINE,
      '/sys/fs/cgroup/app/memory.max': '1000000\n',
      '/sys/fs/cgroup/app/memory.current': '900000\n',
      '/sys/fs/cgroup/app/memory.stat': 'anon 1\ninactive_file 50000\n',
    },
    expected: { available: 150_000, limitedBy: 'cgroup', limit: 1_000_000 },
  },
  {
    name: 'version 2: a parent holds its children too',
    cgroups: '0::/pod/app\n',
    files: {
      '/proc/meminfo': MACHINE,
      '/sys/fs/cgroup/pod/app/memory.max': '1000000\n',
      '/sys/fs/cgroup/pod/app/memory.current': '100000\n',
      '/sys/fs/cgroup/pod/memory.max': '2000000\n',
      '/sys/fs/cgroup/pod/memory.current': '1999000\n',
    },
    expected: { available: 1000, limitedBy: 'cgroup', limit: 2_000_000 },
  },
  {
    name: 'version 1 in a container: the path is that on the host, the root is ours',
    cgroups: '9:cpu,cpuacct:/docker/abc\n4:memory:/docker/abc\n0::/\n',
    files: {
      '/proc/meminfo': MACHINE,
      '/sys/fs/cgroup/memory/memory.limit_in_bytes': '500000\n',
      '/sys/fs/cgroup/memory/memory.usage_in_bytes': '600000\n',
      '/sys/fs/cgroup/memory/memory.stat': 'total_inactive_file 10\n',
    },
    expected: { available: 0, limitedBy: 'cgroup', limit: 500_000 },
  },
  {
    name: 'version 1 without a limit',
    cgroups: '4:memory:/\n',
    files: {
      '/proc/meminfo': MACHINE,
      '/sys/fs/cgroup/memory/memory.limit_in_bytes': '9223372036854771712\n',
      '/sys/fs/cgroup/memory/memory.usage_in_bytes': '600000\n',
    },
    expected: { available: FREE, limitedBy: 'machine', limit: 16_000_000 * 1024 },
  },
  {
    name: 'a group without a machine (no /proc/meminfo)',
    cgroups: '0::/\n',
    files: { '/sys/fs/cgroup/memory.max': '4096', '/sys/fs/cgroup/memory.current': '96' },
    expected: { available: 4000, limitedBy: 'cgroup', limit: 4096 },
  },
];

for (const { name, cgroups, files, expected } of CASES) {
  void test(name, () => {
    const asked: string[] = [];
    const found = availableMemory(cgroups, (path) => {
      asked.push(path);
      return files[path] ?? null;
    });
    assert.deepEqual(found, expected);
    // Whoever fetches the files beforehand has all that are asked for.
    const fetched = memoryFiles(cgroups);
    assert.deepEqual(
      asked.filter((path) => !fetched.includes(path)),
      [],
    );
  });
}
