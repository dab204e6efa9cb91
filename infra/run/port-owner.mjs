import { readFileSync, readdirSync, readlinkSync } from 'node:fs';

// net/tcp: the state of a socket that listens.
const LISTENING = '0A';

/**
 * The process that listens on a port of this machine: `{ pid, words }`, its command line in words. Undefined where there is no /proc, and for
 * another user's process, whose sockets only root may see.
 */
export function portOwner(port) {
  try {
    const inodes = new Set([...listenersIn('/proc/net/tcp', port), ...listenersIn('/proc/net/tcp6', port)]);
    const pid = processIds().find((candidate) => socketsOf(candidate).some((inode) => inodes.has(inode)));
    return pid === undefined ? undefined : { pid, words: commandLineOf(pid) };
  } catch {
    return undefined;
  }
}

/** The words of a process's command line; none when there is no such process, or no /proc. */
export function commandLineOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
      .split('\0')
      .filter((word) => word !== '');
  } catch {
    return [];
  }
}

/** The inodes of the sockets that listen on the port: of `sl local_address rem_address st … inode`, fields 1, 3 and 9. */
function listenersIn(file, port) {
  const hexPort = port.toString(16).toUpperCase().padStart(4, '0');
  return readTable(file)
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[3] === LISTENING && fields[1]?.endsWith(`:${hexPort}`))
    .map((fields) => fields[9]);
}

function readTable(file) {
  try {
    return readFileSync(file, 'utf8').split('\n');
  } catch {
    // A machine without IPv6 has no tcp6.
    return [];
  }
}

function processIds() {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

function socketsOf(pid) {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      const inode = /^socket:\[(\d+)\]$/.exec(target(`/proc/${pid}/fd/${fd}`))?.[1];
      return inode === undefined ? [] : [inode];
    });
  } catch {
    // It has ended, or is not ours to look into.
    return [];
  }
}

function target(link) {
  try {
    return readlinkSync(link);
  } catch {
    return '';
  }
}
