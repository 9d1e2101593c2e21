/** From suspected lines to findings: which receipt_ids really stand twice, in one chain or in several of a folder. */
import { SUSPECT_LINES_CAP } from './chain-probe.ts';
import type { FindingDraft } from './findings.ts';
import type { SuspectLine } from './repeated-ids.ts';

interface FirstPlace {
  /** null: the chain itself. */
  readonly chain: string | null;
  readonly index: number;
}

/** Holds the first place of each suspected id; feed it the chains of a folder in order. */
export class RepeatedIds {
  readonly #first = new Map<string, FirstPlace>();
  #found = 0;
  #lines = 0;
  #pending: SuspectLine[] = [];
  /** Ids that an earlier verification knows. */
  readonly findings: FindingDraft[] = [];

  /**
   * Findings for the lines of one chain whose ids stood before. `chain` is its name, or null where there is only one.
   */
  among(chain: string | null, lines: readonly SuspectLine[]): FindingDraft[] {
    const drafts: FindingDraft[] = [];
    this.#lines += lines.length;
    for (const line of lines) {
      const first = this.#first.get(line.id);
      if (first === undefined) {
        this.#first.set(line.id, { chain, index: line.index });
        continue;
      }
      const elsewhere = first.chain === chain ? null : first.chain;
      drafts.push(duplicate(line, first.index, elsewhere === null ? {} : { chain: elsewhere }));
    }
    this.#found += drafts.length;
    return drafts;
  }

  /** Repeats beyond the lines that were looked up; they are counted by fingerprint. */
  uncounted(repeats: number): number {
    return this.#lines >= SUSPECT_LINES_CAP ? Math.max(0, repeats - this.#found) : 0;
  }

  /** Keeps an id to be looked up at the next `flush`. */
  collect(place: SuspectLine): void {
    this.#pending.push(place);
  }

  /** Looks up what was collected and makes findings of what is known. */
  async flush(lookUp: (ids: readonly string[]) => Promise<ReadonlyMap<string, number>>): Promise<void> {
    if (this.#pending.length === 0) return;
    const places = this.#pending;
    this.#pending = [];
    const known = await lookUp(places.map(({ id }) => id));
    for (const place of places) {
      const index = known.get(place.id);
      if (index !== undefined && index < place.index) this.findings.push(duplicate(place, index, { known: 1 }));
    }
  }
}

/** A receipt whose id stands earlier too, at index `other`: of another chain where `facts.chain` names one. */
export const duplicate = (line: SuspectLine, other: number, facts: Record<string, string | number>): FindingDraft => ({
  code: 'CHAIN_DUPLICATE_ID',
  index: line.index,
  byteOffset: line.byteOffset,
  byteLength: line.byteLength,
  receiptId: line.id,
  pointer: '/receipt_id',
  evidence: [{ what: 'the same receipt_id', index: other, ...(typeof facts.chain === 'string' ? { value: facts.chain } : {}) }],
  facts: { other, ...facts },
});
