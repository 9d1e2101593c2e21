import { Fields } from '../reference/fields.ts';
import { type JsonReading, readJson } from '../reference/read-json.ts';
import type { Micros } from '../reference/timestamps.ts';
import { isObject } from '../reference/value.ts';
import { type DerivedFigure, type GateResult, Refusal, type StrictnessFinding } from '../verdict.ts';

/** Which file an input is: `artifact` for the kinds of one file, the others for those of three. */
export type EvidenceRole = 'artifact' | 'guardrails' | 'telemetry' | 'policy';

/** The bytes of each file; null where the file does not exist. */
export type EvidenceInputs = Readonly<Partial<Record<EvidenceRole, Uint8Array | null>>>;

/** Options by their name on the command line. Numbers may be any double: what they may be is the verifier's rule. */
export type OptionType = 'number' | 'switch' | 'text';

/** One kind of evidence. Adding a kind is adding one of these to `kinds/index.ts`. */
export interface Verifier<Options extends object> {
  /** The reference's name of it, as it stands in `[label] failed: message`. */
  readonly label: string;
  readonly roles: readonly EvidenceRole[];
  /** Every option: its name in `Options`, its name on the command line and its type. */
  readonly options: readonly VerifierOption<keyof Options & string>[];
  /**
   * Reads the files and judges them; what it finds goes into the draft as it is found, so that a rejected artifact still
   * shows the figures that were reached.
   * @throws Refusal where the artifact is rejected
   */
  readonly verify: (files: EvidenceFiles, options: Options, now: Micros, draft: Draft) => void;
}

export interface VerifierOption<Name extends string = string> {
  readonly name: Name;
  readonly flag: string;
  readonly type: OptionType;
  readonly says: string;
}

/** What a verifier has found so far. */
export class Draft {
  readonly strictness: StrictnessFinding[] = [];
  readonly figures: DerivedFigure[] = [];
  readonly gates: Record<string, boolean> = {};
  readonly gateResults: GateResult[] = [];
  readonly derived: Record<string, unknown> = {};
  readonly report: Record<string, unknown> = {};

  /** Judges one of several files: what is found goes into this draft with the role before it, also where it is refused. */
  within<T>(role: EvidenceRole, name: string, judge: (part: Draft) => T): T {
    const part = new Draft();
    try {
      return judge(part);
    } catch (error) {
      if (error instanceof Refusal)
        throw new Refusal(error.field?.startsWith(name) === true ? error.message : `${name}: ${error.message}`, error.field);
      throw error;
    } finally {
      this.absorb(role, part);
    }
  }

  /** Takes over what was found in one of several files; its pointers get the file's role before them: `policy#/window/end`. */
  private absorb(role: EvidenceRole, part: Draft): void {
    const placed = (pointer: string) => `${role}#${pointer}`;
    this.strictness.push(...part.strictness.map((finding) => ({ ...finding, pointer: placed(finding.pointer) })));
    for (const figure of part.figures) {
      this.figures.push({
        ...figure,
        declaredAt: figure.declaredAt === null ? null : placed(figure.declaredAt),
        inputs: figure.inputs.map((input) => ({ ...input, pointer: placed(input.pointer) })),
      });
    }
    Object.assign(this.gates, part.gates);
    this.gateResults.push(...part.gateResults);
  }
}

/** The files of one verification, each read when it is first asked for, and once: by several clocks too. */
export class EvidenceFiles {
  private readonly inputs: EvidenceInputs;
  private readonly readings: Map<Uint8Array, JsonReading>;

  constructor(inputs: EvidenceInputs, readings = new Map<Uint8Array, JsonReading>()) {
    this.inputs = inputs;
    this.readings = readings;
  }

  /**
   * The root object of a file. What JSON itself let pass (repeated keys, NaN) is noted in the draft.
   * @param name what the root is called in field paths; usually nothing
   * @throws Refusal where the file is absent, is no JSON or holds something else than an object
   */
  root(role: EvidenceRole, draft: Draft, name = ''): Fields {
    const { value, repeatedKeys, nonFinite } = this.reading(role, name);
    for (const pointer of repeatedKeys) {
      draft.strictness.push({ code: 'JSON_DUPLICATE_KEY', pointer, says: 'the key stands twice in its object; the last one counts' });
    }
    for (const pointer of nonFinite) {
      draft.strictness.push({
        code: 'JSON_NON_FINITE',
        pointer,
        says: 'NaN and the infinities are no JSON; the reference reads them all the same',
      });
    }
    if (!isObject(value)) throw new Refusal('The artifact must be a JSON object at its top level.');
    return new Fields(value, draft.strictness, name);
  }

  /**
   * A file as JSON, whatever it holds.
   * @throws Refusal where the file is absent or no JSON
   */
  reading(role: EvidenceRole, name = ''): JsonReading {
    const bytes = this.bytes(role, name);
    const known = this.readings.get(bytes);
    if (known !== undefined) return known;
    const reading = readJson(bytes);
    this.readings.set(bytes, reading);
    return reading;
  }

  /**
   * The bytes of a file, for a kind that has another form than JSON.
   * @throws Refusal where the file is absent
   */
  bytes(role: EvidenceRole, name = ''): Uint8Array {
    const bytes = this.inputs[role];
    if (bytes === null || bytes === undefined) throw new Refusal('The file does not exist or is not a regular file.', name || null);
    return bytes;
  }

  /** Only one of the files, as the file of a kind that is one file. */
  only(role: EvidenceRole): EvidenceFiles {
    return new EvidenceFiles({ artifact: this.inputs[role] ?? null }, this.readings);
  }
}
