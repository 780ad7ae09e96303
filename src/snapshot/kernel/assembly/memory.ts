// Memory is handed out upwards and never given back: fresh WebAssembly memory is zero, and every table relies on that.
// Pages that are never touched cost address space only.

/** Thrown in the host: there is no way to go on. */
@external("env", "outOfMemory")
export declare function outOfMemory(): void;

let top: usize = 0;

/** Where the host's own areas end: the first address that reserve() may hand out. */
export function startOfFreeMemory(address: usize): void {
  top = address;
}

/** The address of `bytes` zero bytes; aligned to a page where there is at least a page, else to 64. */
export function reserve(bytes: usize): usize {
  const alignment: u64 = bytes >= 4096 ? 4095 : 63;
  const address = (<u64>top + alignment) & ~alignment;
  const end = address + <u64>bytes;
  const have = <u64>memory.size() << 16;
  if (end > have) {
    // Sixteen pages (1 MiB) at least: growing is a system call.
    let pages = ((end - have) + 0xffff) >> 16;
    if (pages < 16) pages = 16;
    if (end > 0xffff0000 || (memory.grow(<i32>pages) < 0 && memory.grow(<i32>(((end - have) + 0xffff) >> 16)) < 0)) {
      outOfMemory();
    }
  }
  top = <usize>end;
  return <usize>address;
}

/** Room for `count` things of 2^shift bytes, and `more` bytes. */
export function reserveMany(count: u32, shift: u32, more: usize): usize {
  const bytes = (<u64>count << <u64>shift) + <u64>more;
  if (bytes >> 32) outOfMemory();
  return reserve(<usize>bytes);
}
