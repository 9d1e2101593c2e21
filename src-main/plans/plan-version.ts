/** The order of a plan's versions: number by number, and what follows a hyphen comes before the version itself. */

interface Parts {
  readonly numbers: readonly bigint[];
  /** Empty for the version itself. */
  readonly suffix: string;
}

const partsOf = (version: string): Parts | null => {
  const match = /^(\d{1,18}(?:\.\d{1,18}){0,3})(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?$/.exec(version);
  return match === null ? null : { numbers: match[1]!.split('.').map(BigInt), suffix: match[2] ?? '' };
};

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Negative where a comes before b. Versions that are none are compared as texts and come first. Pure, total. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [partsOf(a), partsOf(b)];
  if (left === null || right === null) return left === right ? compareText(a, b) : left === null ? -1 : 1;
  for (let at = 0; at < Math.max(left.numbers.length, right.numbers.length); at += 1) {
    const [x, y] = [left.numbers[at] ?? 0n, right.numbers[at] ?? 0n];
    if (x !== y) return x < y ? -1 : 1;
  }
  if (left.suffix === right.suffix) return compareText(a, b);
  if (left.suffix === '' || right.suffix === '') return left.suffix === '' ? 1 : -1;
  return compareText(left.suffix, right.suffix);
}
