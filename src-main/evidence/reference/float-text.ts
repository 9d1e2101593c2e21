/**
 * `repr(x)` of a Python float: the shortest digits that give the same double back (as in JavaScript), with a point always,
 * and with an exponent below 1e-4 and from 1e16 on: `5880.0`, `1e-05`, `1e+16`, `-0.0`, `nan`, `inf`.
 */
export function floatText(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0';
  const size = Math.abs(value);
  // In between, JavaScript writes no exponent either.
  if (size >= 1e-4 && size < 1e16) return Number.isInteger(value) ? `${value}.0` : String(value);
  const [digits, exponent] = value.toExponential().split('e') as [string, string];
  const power = exponent.slice(1);
  return `${digits}e${exponent.charAt(0)}${power.length < 2 ? `0${power}` : power}`;
}
