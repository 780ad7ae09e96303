// Installs Debian's Chromium, which the tests of pages need, where that is a matter of course: as root on Debian, as in a container or on a
// CI's machine. Elsewhere, or where it fails, these tests are skipped, and say so. HEAPSTAT_NO_INSTALL=1 leaves the machine alone.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const KNOWN = [
  process.env.CHROMIUM_PATH ?? '',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];
const isOurs = process.getuid?.() === 0 && existsSync('/usr/bin/apt-get') && !process.env.HEAPSTAT_NO_INSTALL;
const MOST_MS = 120_000;

function aptGet(...args) {
  const { status } = spawnSync('apt-get', ['-q', '-y', ...args], {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    stdio: ['ignore', 'ignore', 'inherit'],
    timeout: MOST_MS,
  });
  return status === 0;
}

if (!KNOWN.some((path) => existsSync(path)) && isOurs) {
  process.stderr.write(
    "There is no Chromium for the tests of pages: installing Debian's (HEAPSTAT_NO_INSTALL=1 does not)\n",
  );
  const isThere =
    aptGet('install', '--no-install-recommends', 'chromium') ||
    (aptGet('update') && aptGet('install', '--no-install-recommends', 'chromium'));
  if (!isThere) process.stderr.write('IT COULD NOT BE INSTALLED: THE PAGES ARE NOT TESTED\n');
}
