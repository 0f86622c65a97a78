const SUFFIXES = ['', 'k', 'M', 'G', 'T'];

/** `text` without needless zeros after its decimal point. */
function trimZeros(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

/**
 * A number for people, in at most six characters for ordinary sizes: `0.031`, `4.25`, `123`, `12.3k`, `1.2M`.
 *
 * @example
 * humanNumber(12345); // '12.3k'
 */
export function humanNumber(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? '∞' : '−∞';
  const sign = value < 0 ? '−' : '';
  const size = Math.abs(value);
  if (size === 0) return '0';
  if (size < 0.001 || size >= 9.995e14) {
    const [mantissa, exponent] = size.toExponential(1).split('e');
    return `${sign}${trimZeros(mantissa)}e${exponent.replace('+', '')}`;
  }
  if (size < 1) return sign + trimZeros(size.toFixed(3));
  if (size < 9.995) return sign + trimZeros(size.toFixed(2));
  if (size < 99.95) return sign + trimZeros(size.toFixed(1));
  if (size < 999.5) return sign + size.toFixed(0);
  let step = 1;
  let scaled = size / 1000;
  while (scaled >= 999.95 && step < SUFFIXES.length - 1) {
    scaled /= 1000;
    step += 1;
  }
  const digits = scaled < 99.95 ? 1 : 0;
  return `${sign}${trimZeros(scaled.toFixed(digits))}${SUFFIXES[step]}`;
}

/** A count of steps: exact below ten thousand, then as {@link humanNumber}. */
export function humanCount(value: number): string {
  return Math.abs(value) < 10_000 ? String(Math.round(value)) : humanNumber(value);
}

/** Seconds as a clock: `0:07`, `12:34`, `3:07:12`, `2d 03h`. A number that is not known gives `–`. */
export function humanDuration(seconds: number | undefined): string {
  if (seconds === undefined || !Number.isFinite(seconds) || seconds < 0) return '–';
  const whole = Math.round(seconds);
  const two = (n: number) => String(n).padStart(2, '0');
  const hours = Math.floor(whole / 3600);
  if (hours >= 48) return `${Math.floor(hours / 24)}d ${two(hours % 24)}h`;
  const minutes = Math.floor(whole / 60) % 60;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

/** A fraction as a percentage without decimals; a share that is tiny but there reads `<1%`. */
export function humanPercent(fraction: number): string {
  if (!Number.isFinite(fraction)) return '–';
  if (fraction > 0 && fraction < 0.005) return '<1%';
  return `${Math.round(fraction * 100)}%`;
}

/** Megabytes with a fitting unit: `812 MB`, `1.4 GB`. */
export function humanMegabytes(megabytes: number): string {
  return megabytes < 1000 ? `${Math.round(megabytes)} MB` : `${(megabytes / 1024).toFixed(1)} GB`;
}
