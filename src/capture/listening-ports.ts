import * as fs from 'node:fs';

/** In /proc/net/tcp: the state of a socket that listens. */
const LISTEN = '0A';

/** TCP ports that a process listens on, by /proc; null where there is none to read (other systems, other users' processes). */
export function listeningPorts(pid: number): number[] | null {
  try {
    const folder = `/proc/${pid}/fd`;
    const inodes = new Set<string>();
    for (const name of fs.readdirSync(folder)) {
      const inode = /^socket:\[(\d+)\]$/.exec(readLink(`${folder}/${name}`))?.[1];
      if (inode !== undefined) inodes.add(inode);
    }
    const ports = ['tcp', 'tcp6'].flatMap((name) => portsIn(readText(`/proc/${pid}/net/${name}`), inodes));
    return [...new Set(ports)];
  } catch {
    return null;
  }
}

function portsIn(table: string, inodes: ReadonlySet<string>): number[] {
  return table.split('\n').flatMap((line) => {
    // sl local_address rem_address st tx:rx tr:when retrnsmt uid timeout inode
    const fields = line.trim().split(/\s+/);
    if (fields[3] !== LISTEN || !inodes.has(fields[9] ?? '')) return [];
    return [Number.parseInt(fields[1]!.split(':').at(-1)!, 16)];
  });
}

/** A descriptor may be closed meanwhile. */
function readLink(path: string): string {
  try {
    return fs.readlinkSync(path);
  } catch {
    return '';
  }
}

/** There may be no IPv6. */
function readText(path: string): string {
  try {
    return fs.readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
