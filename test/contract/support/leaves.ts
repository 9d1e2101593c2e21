/** Texts and figures long enough to be told apart from words that everybody is told. */
const SHORTEST_TEXT = 6;
const SMALLEST_FIGURE = 1000;
/** An amount or a quantity: `48.77`, `177733.75`. */
const DECIMAL = /^-?\d+\.\d\d+$/;

/** Every text and every figure in an answer, however deep. */
export function leavesOf(value: unknown, into = new Set<string>()): Set<string> {
  if (typeof value === 'string') {
    if (value.length >= SHORTEST_TEXT || DECIMAL.test(value)) into.add(value);
  } else if (typeof value === 'number') {
    if (Math.abs(value) >= SMALLEST_FIGURE) into.add(String(value));
  } else if (Array.isArray(value)) for (const child of value) leavesOf(child, into);
  else if (typeof value === 'object' && value !== null) for (const child of Object.values(value)) leavesOf(child, into);
  return into;
}

/** Every text that the caller wrote, the longest first. */
function wordsOf(input: unknown): string[] {
  const words: string[] = [];
  const collect = (value: unknown): void => {
    if (typeof value === 'string' && value !== '') words.push(value);
    else if (typeof value === 'object' && value !== null) for (const child of Object.values(value)) collect(child);
  };
  collect(input);
  return words.sort((a, b) => b.length - a.length);
}

/** An answer without the texts that are, as a whole, what the caller wrote. */
export function withoutWholeEcho(answer: unknown, input: unknown): unknown {
  const words = new Set(wordsOf(input));
  return JSON.parse(JSON.stringify(answer ?? null), (_key, value: unknown) =>
    typeof value === 'string' && words.has(value) ? '…' : value,
  ) as unknown;
}

/** A text without what the caller wrote: to be told one's own words is to be told nothing. */
export function withoutEcho(text: string, input: unknown): string {
  return wordsOf(input).reduce((rest, word) => rest.replaceAll(word, '…'), text);
}
