import {
  computeMonth,
  type EvidenceVerdict,
  Fields,
  type FinanceGate,
  hostedAgainstSelfHosted,
  type HostedAgainstSelfHosted,
  instantText,
  isObject,
  type MonthFigures,
  readAssumptions,
  readInstant,
  readJson,
  readScenarioModels,
  readTcoInputs,
  readTelemetryInputs,
  Refusal,
  roundedTotals,
  scenarioBases,
  scenarioRow,
  type ScenarioMultipliers,
  type ScenarioRow,
  verifyEvidence,
  writeReferenceCsv,
  writeReferenceJson,
} from '../evidence/index.ts';
import {
  committeePacketDocument,
  type DocumentsInput,
  guardrailsDocument,
  type PacketSummary,
  scenarioTable,
  summaryDocument,
  tierTable,
} from './reference-documents.ts';
import type { PacketFile } from './write-packet.ts';

/**
 * The committee packet of one month, byte for byte as the reference generator writes it (contract A.5). The order is the
 * contract's: the snapshot is verified, then both files are read and computed, then the guardrails that come out are
 * verified with false gates allowed. The first thing that is wrong refuses the packet.
 */

export interface PacketInput {
  readonly telemetryBytes: Uint8Array;
  readonly assumptionsBytes: Uint8Array;
  /** How old the snapshot may be; null: any age. Above 0. */
  readonly maxTelemetryAgeHours: number | null;
  /** ISO 8601 with a zone: the time the packet carries, and that ages are counted to. */
  readonly now: string;
}

export interface ReferencePacket {
  /** The window's label as it stands in the file names. */
  readonly label: string;
  readonly window: DocumentsInput['window'];
  /** As the documents print it. */
  readonly capturedAt: string;
  /** Guardrails, packet, unit economics, scenarios: in this order. */
  readonly files: readonly [PacketFile, PacketFile, PacketFile, PacketFile];
  readonly gates: Readonly<Record<FinanceGate, boolean>>;
  readonly summary: PacketSummary;
  /** What the documents were made of, for the packet that people read. */
  readonly month: MonthFigures;
  readonly scenarios: readonly (ScenarioRow & { readonly multipliers: ScenarioMultipliers })[];
  readonly hosting: HostedAgainstSelfHosted;
}

/** Why there is no packet. `part` says what was wrong, `field` the path in it. */
export class PacketRefusal extends Refusal {
  readonly part: PacketPart;
  constructor(part: PacketPart, { message, field }: Refusal) {
    super(message, field);
    this.name = 'PacketRefusal';
    this.part = part;
  }
}

export type PacketPart = 'telemetry' | 'assumptions' | 'guardrails';

/** @throws PacketRefusal */
export function computeReferencePacket(input: PacketInput): ReferencePacket {
  const now = readInstant(input.now);
  if (!now.ok) throw new RangeError(`now must be an ISO 8601 time with a zone, not “${input.now}”`);
  const age = input.maxTelemetryAgeHours === null ? {} : { maxArtifactAgeHours: input.maxTelemetryAgeHours };
  mustPass('telemetry', verifyEvidence('finance-telemetry', { artifact: input.telemetryBytes }, age, now.at));
  const telemetry = within('telemetry', () => readTelemetryInputs(rootOf(input.telemetryBytes, 'telemetry')));
  const file = within('assumptions', () => rootOf(input.assumptionsBytes));
  const assumptions = within('assumptions', () => readAssumptions(file));
  const month = within('assumptions', () => computeMonth(telemetry, assumptions));
  const models = within('assumptions', () => readScenarioModels(file));
  const tco = within('assumptions', () => readTcoInputs(file));
  within('assumptions', () => refuseHalfCharacters(models));
  const bases = scenarioBases(month.tiers);
  const scenarios = models.map((multipliers) => ({ ...scenarioRow(bases, multipliers), multipliers }));
  const documents: DocumentsInput = {
    capturedAt: instantText(now.at).replace(/Z$/, '+00:00'),
    window: telemetry.window,
    month,
    thresholds: assumptions.thresholds,
    infraCostMultiplier: assumptions.infraCostMultiplier,
    scenarios,
    totals: roundedTotals(month.totals),
    hosting: hostedAgainstSelfHosted(month.totals, tco),
  };
  const label = fileLabel(telemetry.window.label);
  const guardrails = { name: `finance_guardrails_${label}.json`, bytes: utf8(writeReferenceJson(guardrailsDocument(documents))) };
  mustPass('guardrails', verifyEvidence('finance-guardrails', { artifact: guardrails.bytes }, { allowFailedGates: true }, now.at));
  return {
    label,
    window: telemetry.window,
    capturedAt: documents.capturedAt,
    files: [
      guardrails,
      { name: `finance_committee_packet_${label}.json`, bytes: utf8(writeReferenceJson(committeePacketDocument(documents))) },
      { name: `finance_committee_tier_unit_economics_${label}.csv`, bytes: utf8(writeReferenceCsv(tierTable(month))) },
      { name: `finance_committee_scenarios_${label}.csv`, bytes: utf8(writeReferenceCsv(scenarioTable(scenarios))) },
    ],
    gates: month.gates,
    summary: summaryDocument(documents),
    month,
    scenarios,
    hosting: documents.hosting,
  };
}

/** A label in a file name: every run of other characters becomes one `_`, those at the ends go; nothing left is `snapshot`. */
export const fileLabel = (label: string): string => label.replace(/[^A-Za-z0-9_-]+/g, '_').replace(/^_+|_+$/g, '') || 'snapshot';

/** A lone surrogate can be escaped in JSON but not written as UTF-8: the CSV would hold another name than the packet. */
function refuseHalfCharacters(models: readonly ScenarioMultipliers[]): void {
  const index = models.findIndex(({ name }) => !name.isWellFormed());
  if (index < 0) return;
  const field = `scenario_models.price_sensitivity[${index}].name`;
  throw new Refusal(`${field} holds half of a surrogate pair, which cannot be written as UTF-8`, field);
}

function mustPass(part: PacketPart, { message, field }: EvidenceVerdict): void {
  if (message !== null) throw new PacketRefusal(part, new Refusal(message, field));
}

function within<T>(part: PacketPart, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof Refusal ? new PacketRefusal(part, error) : error;
  }
}

function rootOf(bytes: Uint8Array, path = ''): Fields {
  const { value } = readJson(bytes);
  if (!isObject(value)) throw new Refusal('The file must hold one JSON object.');
  return new Fields(value, [], path);
}

const utf8 = (text: string): Buffer => Buffer.from(text, 'utf8');
