import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findFreeMemory } from '../../dist/util/free-memory.js';

const MEMINFO =
  'MemTotal:       16000000 kB\nMemFree:          100000 kB\nMemAvailable:    8000000 kB\nSwapFree: 5 kB\n';

function freeWith(files: Readonly<Record<string, string>>): number | null {
  return findFreeMemory((path) => files[path] ?? null);
}

void test('what the machine has available, where nothing limits the process', () => {
  assert.equal(freeWith({ '/proc/meminfo': MEMINFO }), 8_192_000_000);
  assert.equal(freeWith({ '/proc/meminfo': MEMINFO, '/proc/self/cgroup': '0::/\n' }), 8_192_000_000);
  assert.equal(
    freeWith({
      '/proc/meminfo': MEMINFO,
      '/proc/self/cgroup': '0::/user\n',
      '/sys/fs/cgroup/user/memory.max': 'max\n',
      '/sys/fs/cgroup/user/memory.current': '12\n',
    }),
    8_192_000_000,
  );
  assert.equal(freeWith({}), null);
});

void test('a limit of control groups v2, of the group or of one above; cached files are free', () => {
  for (const folder of ['/sys/fs/cgroup/a/b', '/sys/fs/cgroup/a', '/sys/fs/cgroup'])
    assert.equal(
      freeWith({
        '/proc/meminfo': MEMINFO,
        '/proc/self/cgroup': '1:name=systemd:/a\n0::/a/b\n',
        [`${folder}/memory.max`]: '1000000\n',
        [`${folder}/memory.current`]: '900000\n',
        [`${folder}/memory.stat`]: 'anon 5\ninactive_file 300000\nactive_file 1000\n',
      }),
      401_000,
      folder,
    );
});

void test('a limit of control groups v1; more than the limit in use leaves nothing', () => {
  const files = {
    '/proc/meminfo': MEMINFO,
    '/proc/self/cgroup': '5:cpu,cpuacct:/x\n4:memory:/docker/abc\n0::/\n',
    '/sys/fs/cgroup/memory/memory.limit_in_bytes': '2000000',
    '/sys/fs/cgroup/memory/memory.usage_in_bytes': '500000',
  };
  assert.equal(freeWith(files), 1_500_000);
  assert.equal(freeWith({ ...files, '/sys/fs/cgroup/memory/memory.usage_in_bytes': '2500000' }), 0);
});
