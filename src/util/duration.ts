const FACTORS: Readonly<Record<string, number>> = { ms: 1, s: 1000, '': 1000, m: 60_000, min: 60_000, h: 3_600_000 };

/** Milliseconds from `500ms`, `30s`, `1.5m`, `2h`; a bare number is seconds. NaN for anything else. */
export function parseDuration(text: string): number {
  const parts = /^(\d+(?:\.\d+)?)\s*(ms|s|m|min|h)?$/.exec(text.trim());
  return parts ? Math.round(Number(parts[1]) * FACTORS[parts[2] ?? '']!) : Number.NaN;
}

/** Milliseconds as `80 ms`, `1.2 s`, `3 min 20 s`. */
export function formatDuration(ms: number): string {
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  // 59.95 s would be rounded to 60.0 s, as above 999.5 ms to 1000.
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
