import type { PacketDocument, PacketHistoryMonth } from '../../src-shared/contract/packet-document.ts';
import {
  type Assumptions,
  computeMonth,
  Fields,
  hostedAgainstSelfHosted,
  type HostedAgainstSelfHosted,
  isObject,
  type MonthFigures,
  PAID_TIERS,
  type PaidTier,
  readAssumptions,
  readJson,
  readScenarioModels,
  readTcoInputs,
  readTelemetryInputs,
  Refusal,
  scenarioBases,
  type ScenarioMultipliers,
  scenarioRow,
  type ScenarioRow,
  type TcoInputs,
  type TelemetryInputs,
} from '../evidence/index.ts';

/** What a packet is a function of, and the numbers that its month gives. Nothing else goes into the document. */

export type PacketArtifact = PacketDocument['inputs'][number];
export type PacketFinding = PacketDocument['findings'][number];
export type PacketGate = PacketDocument['gates']['results'][number];

/** The bounds that the month's figures are held against. Percent, but for the last. */
export interface PacketThresholds {
  readonly minBlendedMargin: number;
  readonly maxP95Envelope: number;
  readonly maxDiscountImpact: number;
  readonly minGrowthToProDelta: number;
  readonly minProToEnterpriseDelta: number;
  readonly minStressMargin: number;
  readonly requiredCloses: number;
}

export interface PreviousPacket {
  readonly packetId: string;
  readonly revision: number;
  readonly documentSha256: string;
  readonly document: PacketDocument;
}

export interface PacketSources {
  readonly month: string;
  /** Every artifact that counts for the month, telemetry and assumptions among them. */
  readonly artifacts: readonly PacketArtifact[];
  readonly telemetryBytes: Uint8Array;
  readonly assumptionsBytes: Uint8Array;
  /** The workspace's own; null where it has none: those of the assumptions count then. */
  readonly policy: { readonly version: number; readonly thresholds: PacketThresholds } | null;
  readonly run: {
    readonly runId: string;
    readonly decision: 'pass' | 'fail' | 'cannot-decide';
    readonly results: readonly PacketGate[];
  } | null;
  readonly findings: readonly PacketFinding[];
  readonly previous: PreviousPacket | null;
  /** Of earlier months, oldest first. */
  readonly history: readonly PacketHistoryMonth[];
  readonly referenceRefusal: PacketDocument['referenceRefusal'];
}

/** A tier's rows in the artifacts, so that a figure can say where its numbers stand. */
export interface TierPlaces {
  readonly price: Fields;
  readonly subscription: Fields;
  readonly llm: Fields;
  readonly percentiles: Fields;
}

/** The month as numbers. */
export interface MonthModel {
  readonly telemetry: TelemetryInputs;
  readonly assumptions: Assumptions;
  readonly figures: MonthFigures;
  readonly scenarios: readonly (ScenarioRow & { readonly multipliers: ScenarioMultipliers })[];
  readonly tco: TcoInputs;
  readonly hosting: HostedAgainstSelfHosted;
  readonly places: { readonly telemetry: Fields; readonly assumptions: Fields; readonly tiers: Readonly<Record<PaidTier, TierPlaces>> };
}

/** What of an artifact cannot be read, and where. */
export class UnreadableInput extends Refusal {
  readonly role: 'finance-telemetry' | 'finance-assumptions';
  constructor(role: UnreadableInput['role'], { message, field }: Refusal) {
    super(message, field);
    this.name = 'UnreadableInput';
    this.role = role;
  }
}

/**
 * Reads both artifacts and computes the month, by the reference's formulas. Unlike the reference it does so for a month
 * with an empty or loss-making tier and with too few closes.
 * @throws UnreadableInput
 */
export function computePacketMonth(telemetryBytes: Uint8Array, assumptionsBytes: Uint8Array): MonthModel {
  const telemetryFile = within('finance-telemetry', () => rootOf(telemetryBytes, 'telemetry'));
  const assumptionsFile = within('finance-assumptions', () => rootOf(assumptionsBytes));
  const telemetry = within('finance-telemetry', () => readTelemetryInputs(telemetryFile));
  const assumptions = within('finance-assumptions', () => readAssumptions(assumptionsFile));
  const models = within('finance-assumptions', () => readScenarioModels(assumptionsFile));
  const tco = within('finance-assumptions', () => readTcoInputs(assumptionsFile));
  // The margin gate of the packet is judged apart (packet-gates.ts), so that too few closes hide no figure.
  const figures = computeMonth(telemetry, {
    ...assumptions,
    thresholds: { ...assumptions.thresholds, requiredConsecutiveMarginCloses: 1n },
  });
  const bases = scenarioBases(figures.tiers);
  const prices = telemetryFile.child('pricing_reference');
  const subscriptions = rowsByTier(telemetryFile, 'tier_subscription_snapshot');
  const usage = rowsByTier(telemetryFile, 'tier_llm_usage');
  const tiers = Object.fromEntries(
    PAID_TIERS.map((tier): [PaidTier, TierPlaces] => {
      const llm = usage.get(tier)!;
      return [
        tier,
        {
          price: prices.child(tier),
          subscription: subscriptions.get(tier)!,
          llm,
          percentiles: llm.child('tenant_monthly_cost_percentiles_usd'),
        },
      ];
    }),
  ) as Record<PaidTier, TierPlaces>;
  const scenarios = models.map((multipliers) => ({ ...scenarioRow(bases, multipliers), multipliers }));
  const hosting = hostedAgainstSelfHosted(figures.totals, tco);
  if (!allFinite([figures, scenarios, hosting]))
    throw new UnreadableInput(
      'finance-telemetry',
      new Refusal('The numbers of telemetry and assumptions are too large to be computed with.'),
    );
  return {
    telemetry,
    assumptions,
    figures,
    scenarios,
    tco,
    hosting,
    places: { telemetry: telemetryFile, assumptions: assumptionsFile, tiers },
  };
}

const allFinite = (value: unknown): boolean =>
  typeof value === 'number' ? Number.isFinite(value) : typeof value !== 'object' || value === null || Object.values(value).every(allFinite);

const rowsByTier = (file: Fields, key: string): Map<string, Fields> =>
  new Map([...file.items(key)].map((row) => [row.text('tier').toLowerCase(), row]));

function rootOf(bytes: Uint8Array, path = ''): Fields {
  const { value } = readJson(bytes);
  if (!isObject(value)) throw new Refusal('The file must hold one JSON object.');
  return new Fields(value, [], path);
}

function within<T>(role: UnreadableInput['role'], work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof Refusal ? new UnreadableInput(role, error) : error;
  }
}
