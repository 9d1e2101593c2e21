import type { OutputOf } from '../../src-shared/contract/define.ts';
import type { Contract } from '../../src-shared/contract/index.ts';
import type { StoreDb } from '../store/index.ts';
import { monthName } from './figure-words.ts';
import { digest, InputGone, restoreSources } from './gather-sources.ts';
import type { GatesSeam } from './gates-seam.ts';
import { buildPacket, documentBytes } from './packet-model.ts';
import { contentOf, type PacketContent, type StoredPacket } from './packet-rows.ts';
import { UnreadableInput } from './packet-sources.ts';

/** Computes a packet again from its stored inputs and says what differs from what is stored, byte for byte. */

type Verified = OutputOf<Contract, 'packet.verify'>;
export type Recomputation = Omit<Verified, 'at' | 'elapsedMs'>;
type Difference = Verified['differences'][number];

/** More say no more. */
const MOST_DIFFERENCES = 50;

export function recompute(db: StoreDb, gates: GatesSeam, packet: StoredPacket): Recomputation {
  const content = contentOf(db, packet.packetNo);
  const differences: Difference[] = [];
  const stored = digest(Buffer.from(content.documentText, 'utf8'));
  if (stored !== packet.documentSha256)
    differences.push({
      what: 'document',
      pointer: null,
      stored,
      recomputed: packet.documentSha256,
      says: 'The stored document no longer has the digest that it was stored with.',
    });
  const again = computeAgain(db, gates, content, differences);
  if (again !== null && again.text !== content.documentText)
    differences.push(...documentDifferences(content.documentText, again.text, MOST_DIFFERENCES));
  const files = (content.referenceFiles ?? []).map(({ name, sha256 }) => {
    const recomputed = again?.files.get(name) ?? null;
    if (recomputed !== sha256)
      differences.push({
        what: name,
        pointer: null,
        stored: sha256,
        recomputed,
        says: `${name} comes out ${recomputed === null ? 'not at all' : 'otherwise'}.`,
      });
    return { name, sha256, recomputedSha256: recomputed, equal: recomputed === sha256 };
  });
  const holds = differences.length === 0;
  return {
    packetId: packet.packetId,
    month: packet.month,
    revision: packet.revision,
    holds,
    says: holds
      ? `Recomputed from its stored inputs, equal: revision ${packet.revision} of ${monthName(packet.month)}${files.length === 0 ? '' : ` and the reference’s ${files.length} files`}.`
      : `Recomputed from its stored inputs, not equal: ${differences[0]!.says}${differences.length === 1 ? '' : ` ${differences.length - 1} more.`}`,
    documentSha256: packet.documentSha256,
    recomputedSha256: again?.sha256 ?? null,
    files,
    differences: differences.slice(0, MOST_DIFFERENCES),
  };
}

function computeAgain(db: StoreDb, gates: GatesSeam, { inputs }: PacketContent, differences: Difference[]) {
  try {
    const { sources, reference, problems } = restoreSources(db, gates, inputs);
    for (const { what, expected, actual, says } of problems)
      differences.push({ what, pointer: null, stored: expected, recomputed: actual, says });
    const { text, sha256 } = documentBytes(buildPacket(sources));
    return { text, sha256, files: new Map((reference?.files ?? []).map((file) => [file.name, digest(file.bytes)])) };
  } catch (error) {
    if (!(error instanceof InputGone) && !(error instanceof UnreadableInput)) throw error;
    const says = error instanceof InputGone ? error.message : `The packet cannot be computed again: ${error.message}.`;
    differences.push({ what: 'document', pointer: null, stored: null, recomputed: null, says });
    return null;
  }
}

/** Where two documents differ, by JSON pointer, in the order of their members. */
export function documentDifferences(stored: string, recomputed: string, most: number): Difference[] {
  let before: unknown;
  try {
    before = JSON.parse(stored);
  } catch {
    return [{ what: 'document', pointer: null, stored: null, recomputed: null, says: 'The stored document is no JSON.' }];
  }
  const found: Difference[] = [];
  const compare = (a: unknown, b: unknown, pointer: string): void => {
    if (found.length >= most || a === b) return;
    if (isContainer(a) && isContainer(b) && Array.isArray(a) === Array.isArray(b)) {
      for (const key of new Set([...Object.keys(a), ...Object.keys(b)]))
        compare(a[key], b[key], `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`);
      return;
    }
    const [left, right] = [shownValue(a), shownValue(b)];
    found.push({
      what: 'document',
      pointer,
      stored: left,
      recomputed: right,
      says: `${pointer} is ${left ?? 'absent'} in the stored document and ${right ?? 'absent'} when it is computed again.`,
    });
  };
  compare(before, JSON.parse(recomputed), '');
  if (found.length === 0)
    found.push({
      what: 'document',
      pointer: null,
      stored: null,
      recomputed: null,
      says: 'The stored document says the same in other bytes.',
    });
  return found;
}

const isContainer = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

const shownValue = (value: unknown): string | null => {
  if (value === undefined) return null;
  const text = JSON.stringify(value);
  return text.length > 120 ? `${text.slice(0, 117)}…` : text;
};
