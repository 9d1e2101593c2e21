import type { StoredKind } from './artifact-roles.ts';
import { verifyAssumptions } from './assumptions-verdict.ts';
import { EvidenceFiles } from './kinds/verifier.ts';
import { type Micros, microsOfMillis, readDate, readInstant } from './reference/timestamps.ts';
import { isArray, isObject, type Value } from './reference/value.ts';
import { STANDING_OPTIONS, TIME_REACHES } from './standing-options.ts';
import type { ArtifactKind, DerivedFigure, EvidenceVerdict, GateResult, StrictnessFinding } from './verdict.ts';
import { verifyEvidence } from './verify-artifact.ts';

/** What a verifier finds in one stored document, whatever its kind. */
export interface Judgement {
  readonly verdict: 'pass' | 'fail';
  readonly label: string;
  readonly message: string | null;
  readonly field: string | null;
  readonly gates: Readonly<Record<string, boolean>>;
  readonly gateResults: readonly GateResult[];
  readonly figures: readonly DerivedFigure[];
  readonly derived: Readonly<Record<string, unknown>>;
  readonly strictness: readonly StrictnessFinding[];
}

/** A judgement that is kept: with what time alone does to it. */
export interface Standing extends Judgement {
  readonly options: Readonly<Record<string, unknown>>;
  /** It passed when it was captured, and time alone makes it fail. */
  readonly stale: boolean;
  /** ISO 8601 UTC; null where time alone changes nothing. */
  readonly holdsUntil: string | null;
}

/** Under the release gate's default options, by the clock `atMs` (ms since 1970); null where there is nothing to verify. */
export function judge(kind: StoredKind, bytes: Uint8Array, atMs: number): Judgement | null {
  if (kind === 'committee-packet') return null;
  if (kind === 'finance-assumptions') return { ...verifyAssumptions(bytes), gates: {}, gateResults: [], figures: [], derived: {} };
  return judgeArtifact(kind, new EvidenceFiles({ artifact: bytes }), atMs);
}

const judgeArtifact = (kind: ArtifactKind, files: EvidenceFiles, atMs: number): EvidenceVerdict =>
  verifyEvidence(kind, files, STANDING_OPTIONS[kind], microsOfMillis(atMs));

export function judgeStanding(kind: StoredKind, bytes: Uint8Array, now: string): Standing | null {
  const atMs = Date.parse(now);
  if (kind === 'finance-assumptions' || kind === 'committee-packet') {
    const found = judge(kind, bytes, atMs);
    return found === null ? null : { ...found, options: {}, stale: false, holdsUntil: null };
  }
  const files = new EvidenceFiles({ artifact: bytes });
  const found = judgeArtifact(kind, files, atMs);
  const times = timesIn(files);
  const capturedMs = times.captured;
  const stale = found.verdict === 'fail' && capturedMs !== null && judgeArtifact(kind, files, capturedMs).verdict === 'pass';
  return { ...found, options: STANDING_OPTIONS[kind], stale, holdsUntil: holdsUntil(kind, files, atMs, found, times.all) };
}

/**
 * The first moment at which time alone gives another verdict. A verdict can change only where a limit passes one of the
 * times in the artifact, so the verifier itself is asked at those moments: no rule is written down twice.
 */
function holdsUntil(kind: ArtifactKind, files: EvidenceFiles, nowMs: number, found: Judgement, times: readonly number[]): string | null {
  const moments = new Set<number>();
  for (const time of times)
    for (const reach of TIME_REACHES[kind]) {
      // Exactly at the limit still counts; a millisecond later does not.
      moments.add(time + reach);
      moments.add(time + reach + 1);
    }
  const later = [...moments].filter((at) => at > nowMs && at < LATEST_MS).sort((a, b) => a - b);
  const differs = (at: number): boolean => isOther(found, judgeArtifact(kind, files, at));
  const last = later.at(-1);
  if (last === undefined || !differs(last)) return null;
  let low = 0;
  let high = later.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (differs(later[middle]!)) high = middle;
    else low = middle + 1;
  }
  return new Date(later[low]!).toISOString();
}

const LATEST_MS = Date.UTC(9999, 0, 1);

/** Messages hold ages, which change with every second; what is decided does not. */
const isOther = (a: Judgement, b: Judgement): boolean =>
  a.verdict !== b.verdict || a.field !== b.field || JSON.stringify(Object.entries(a.gates)) !== JSON.stringify(Object.entries(b.gates));

/** A hostile file could hold millions of texts. */
const MOST_TIMES = 20_000;
const LONGEST_TIME = 40;

/** Every time and date that stands in the document, in ms since 1970. */
function timesIn(files: EvidenceFiles): { readonly captured: number | null; readonly all: readonly number[] } {
  let value: Value;
  try {
    value = files.reading('artifact').value;
  } catch {
    // It was refused for that already.
    return { captured: null, all: [] };
  }
  const all = new Set<number>();
  const waiting: Value[] = [value];
  for (let seen = 0; waiting.length > 0 && seen < MOST_TIMES; seen += 1) {
    const next = waiting.pop()!;
    if (isObject(next)) waiting.push(...[...next.values()].slice(0, MOST_TIMES));
    else if (isArray(next)) waiting.push(...next.slice(0, MOST_TIMES));
    else if (typeof next === 'string') for (const at of timeOf(next)) all.add(at);
  }
  const captured = isObject(value) ? value.get('captured_at') : undefined;
  return { captured: typeof captured === 'string' ? (timeOf(captured)[0] ?? null) : null, all: [...all] };
}

function timeOf(text: string): number[] {
  const stripped = text.trim();
  if (stripped.length < 8 || stripped.length > LONGEST_TIME || !/^\d/.test(stripped)) return [];
  const instant = readInstant(stripped);
  if (instant.ok) return [msOf(instant.at)];
  const day = readDate(stripped);
  return day === null ? [] : [day * 86_400_000];
}

/** Up: a limit that passes within a millisecond has passed at its end. */
const msOf = (at: Micros): number => Number(at / 1000n) + (at % 1000n > 0n ? 1 : 0);
