import { visibleBytes, visibleText } from '../../ui/visible-text.ts';

/** A piece of the stored line: kept, cut before hashing, or put in before hashing (it stands in no file). */
export interface MarkedPiece {
  readonly kind: 'keep' | 'cut' | 'insert';
  /** From the start of the line, in bytes. */
  readonly offset: number;
  /** In the file; 0 for an inserted piece. */
  readonly bytes: number;
  readonly text: string;
}

export interface Cut {
  readonly offset: number;
  readonly length: number;
}
export interface Insert {
  readonly offset: number;
  readonly text: string;
}

/** Splits the bytes of a line at its cuts and inserts. Offsets count bytes, so this never looks at characters. */
export const markBytes = (line: Uint8Array, cuts: readonly Cut[], inserts: readonly Insert[]): MarkedPiece[] => {
  const edges = new Set([0, line.length]);
  for (const cut of cuts) {
    edges.add(Math.min(cut.offset, line.length));
    edges.add(Math.min(cut.offset + cut.length, line.length));
  }
  for (const insert of inserts) edges.add(Math.min(insert.offset, line.length));
  const ordered = [...edges].sort((a, b) => a - b);
  const isCut = (at: number): boolean => cuts.some((cut) => at >= cut.offset && at < cut.offset + cut.length);
  const pieces: MarkedPiece[] = [];
  for (const [i, from] of ordered.entries()) {
    for (const insert of inserts) {
      if (Math.min(insert.offset, line.length) === from)
        pieces.push({ kind: 'insert', offset: from, bytes: 0, text: visibleText(insert.text) });
    }
    const to = ordered[i + 1];
    if (to === undefined || to === from) continue;
    const kind = isCut(from) ? 'cut' : 'keep';
    const last = pieces.at(-1);
    const text = visibleBytes(line.subarray(from, to));
    if (last?.kind === kind) pieces[pieces.length - 1] = { ...last, bytes: last.bytes + to - from, text: last.text + text };
    else pieces.push({ kind, offset: from, bytes: to - from, text });
  }
  return pieces;
};
