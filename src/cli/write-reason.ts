const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'your quota of disk space is used up',
  EFBIG: 'the file would be larger than allowed',
  EACCES: 'you are not allowed to write there',
  EPERM: 'you are not allowed to write there',
  EROFS: 'the file system is read-only',
  EISDIR: 'it is a directory',
  ENOENT: 'there is no such folder',
  ENOTDIR: 'a part of its path is no directory',
};

/** Why something could not be written, in words. */
export function writeReason(error: unknown): string {
  const { code, message, syscall } = error as NodeJS.ErrnoException;
  // The system's message may name another file than the one that was asked for.
  return REASONS[code ?? ''] ?? (syscall === undefined ? message : message.split(`, ${syscall}`)[0]!);
}
