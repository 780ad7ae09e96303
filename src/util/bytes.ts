const UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;
const FACTORS: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  k: 1e3,
  kb: 1e3,
  m: 1e6,
  mb: 1e6,
  g: 1e9,
  gb: 1e9,
  t: 1e12,
  tb: 1e12,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
};
const SIZE = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i;

/** 1234567 as `1,234,567`: the same in every locale. (Intl takes a while to load.) */
export function formatCount(count: number): string {
  const [whole, fraction] = String(count).split('.');
  const grouped = whole!.replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

/** Bytes in decimal units, as Chrome DevTools counts them: `429 B`, `8.2 kB`, `12.3 MB`. */
export function formatBytes(bytes: number): string {
  let value = Math.abs(bytes);
  let unit = 0;
  // 999,950 would be rounded to 1000.0 kB.
  while (unit < UNITS.length - 1 && value >= (unit === 0 ? 1000 : 999.95)) {
    value /= 1000;
    unit++;
  }
  const digits = unit === 0 ? formatCount(value) : value.toFixed(1);
  return `${bytes < 0 ? '-' : ''}${digits} ${UNITS[unit]}`;
}

/** Bytes from `10MB`, `1.5 GiB`, `4096`: k, M, G, T are powers of 1000, Ki, Mi, Gi, Ti of 1024. NaN for anything else. */
export function parseBytes(text: string): number {
  const parts = SIZE.exec(text.trim());
  const factor = parts ? FACTORS[parts[2]!.toLowerCase()] : undefined;
  return parts && factor !== undefined ? Math.round(Number(parts[1]) * factor) : Number.NaN;
}
