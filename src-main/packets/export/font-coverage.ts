/** What of a text a font can show, and how the rest is written so that nothing is dropped. */

export type Covers = (codePoint: number) => boolean;

/**
 * Reads the character map of a TrueType font: formats 4 and 12 of `cmap`, Unicode platforms (OpenType 1.9, "cmap").
 * @throws RangeError where the font has none of them
 */
export function coverageOf(font: Uint8Array): Covers {
  const view = new DataView(font.buffer, font.byteOffset, font.byteLength);
  const table = tableAt(view, 'cmap');
  const count = view.getUint16(table + 2);
  const offsets = Array.from({ length: count }, (_, i) => table + view.getUint32(table + 4 + i * 8 + 4));
  const covered = new Set<number>();
  for (const offset of new Set(offsets)) {
    const format = view.getUint16(offset);
    if (format === 12) addGroups(view, offset, covered);
    else if (format === 4) addSegments(view, offset, covered);
  }
  if (covered.size === 0) throw new RangeError('The font has no character map that is understood');
  return (codePoint) => covered.has(codePoint);
}

function tableAt(view: DataView, tag: string): number {
  const tables = view.getUint16(4);
  for (let i = 0; i < tables; i += 1) {
    const record = 12 + i * 16;
    const name = String.fromCharCode(...[0, 1, 2, 3].map((at) => view.getUint8(record + at)));
    if (name === tag) return view.getUint32(record + 8);
  }
  throw new RangeError(`The font has no table “${tag}”`);
}

function addGroups(view: DataView, offset: number, covered: Set<number>): void {
  const groups = view.getUint32(offset + 12);
  for (let i = 0; i < groups; i += 1) {
    const at = offset + 16 + i * 12;
    const [first, last, glyph] = [view.getUint32(at), view.getUint32(at + 4), view.getUint32(at + 8)];
    for (let code = first; code <= last; code += 1) if (glyph + code - first !== 0) covered.add(code);
  }
}

function addSegments(view: DataView, offset: number, covered: Set<number>): void {
  const bytes = view.getUint16(offset + 6);
  const [ends, starts] = [offset + 14, offset + 16 + bytes];
  const [deltas, ranges] = [starts + bytes, starts + 2 * bytes];
  for (let i = 0; i < bytes; i += 2) {
    const [first, last, range] = [view.getUint16(starts + i), view.getUint16(ends + i), view.getUint16(ranges + i)];
    for (let code = first; code <= last && code !== 0xffff; code += 1) {
      const place = range === 0 ? code : view.getUint16(ranges + i + range + (code - first) * 2);
      if (range !== 0 && place === 0) continue;
      if (((place + view.getUint16(deltas + i)) & 0xffff) !== 0) covered.add(code);
    }
  }
}

/** Signs of the product's own texts that a font may lack, as others that say the same. */
const ALIKE: ReadonlyMap<string, string> = new Map([
  ['→', '->'],
  ['←', '<-'],
  ['✓', '√'],
  ['✕', '×'],
  ['✗', '×'],
  ['\t', ' '],
  ['\r', ''],
  ['\u2028', '\n'],
  ['\u2029', '\n'],
]);

/** Signs that show nothing themselves: a text must not say another thing than it shows. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Cs}]/u;

const named = (character: string): string => `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`;

/**
 * The text as the font can show it: composed (NFC), and every sign that it lacks as its code point, runs together:
 * `张三` → `<U+5F20 U+4E09>`.
 */
export function printable(text: string, covers: Covers): string {
  const parts: string[] = [];
  let missing: string[] = [];
  const flush = (): void => {
    if (missing.length > 0) parts.push(`<${missing.join(' ')}>`);
    missing = [];
  };
  for (const character of text.replaceAll('\r\n', '\n').normalize('NFC')) {
    const shown = shownAs(character, covers);
    if (shown === null) missing.push(named(character));
    else {
      flush();
      parts.push(shown);
    }
  }
  flush();
  return parts.join('');
}

function shownAs(character: string, covers: Covers): string | null {
  if (character === '\n') return character;
  const alike = ALIKE.get(character);
  if (alike !== undefined && (/\s/.test(character) || !covers(character.codePointAt(0)!))) return alike;
  return !UNSEEN.test(character) && covers(character.codePointAt(0)!) ? character : null;
}
