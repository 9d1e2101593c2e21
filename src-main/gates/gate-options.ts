import { AppError } from '../../src-shared/kernel/errors.ts';
import {
  ALWAYS_REQUIRED,
  ENGINE_FLAG,
  type GateLimit,
  type GateRole,
  LIMIT_FLAGS,
  PATH_FLAGS,
  RUNTIME_ONLY,
  RUNTIME_REQUIRED,
} from './gate-flags.ts';

/** What a run of the release gate takes in: which artifacts, and by which limits they are judged. */
export interface GatePlan {
  readonly artifacts: Readonly<Record<GateRole, PlannedArtifact>>;
  /** Ages in hours or days as their names say; all above zero. */
  readonly limits: Readonly<Record<GateLimit, number>>;
  readonly stressRequiredDatabaseEngine: string;
  readonly runtimeEvidenceOnly: boolean;
  /** Looks at plan and files; what the gates say then is no verdict of record. */
  readonly dryRun: boolean;
}

export interface PlannedArtifact {
  /** null where none was named. */
  readonly path: string | null;
  /** Without it the gate cannot pass. Naming a path makes it so. */
  readonly required: boolean;
}

/** Flags by their names without dashes in front (`finance-max-age-hours`); switches are true. */
export type GateFlags = Readonly<Record<string, string | number | boolean | undefined>>;
export type GateEnvironment = Readonly<Record<string, string | undefined>>;

/**
 * Where the artifacts come from. With `paths` each required artifact must be named (contract A.9); with `workspace` they
 * are looked up there, and what is missing is the run's finding, not a mistake in its options.
 */
export type ArtifactsFrom = 'paths' | 'workspace';

/**
 * The plan of a run. A flag wins over its variable, a variable that is empty counts as none.
 * @throws AppError BAD_INPUT naming the flag or the variable
 */
export function parseGateOptions(flags: GateFlags, env: GateEnvironment, from: ArtifactsFrom = 'paths'): GatePlan {
  const runtimeEvidenceOnly = flags[RUNTIME_ONLY.flag] === true || isTruthy(env[RUNTIME_ONLY.env]);
  const artifacts = Object.fromEntries(
    PATH_FLAGS.map((entry) => [entry.role, plannedArtifact(entry, { flags, env, from, runtimeEvidenceOnly })]),
  ) as Record<GateRole, PlannedArtifact>;
  const limits = Object.fromEntries(LIMIT_FLAGS.map((entry) => [entry.limit, limitOf(entry, flags, env)])) as Record<GateLimit, number>;
  return {
    artifacts,
    limits,
    stressRequiredDatabaseEngine: engineOf(flags, env),
    runtimeEvidenceOnly,
    dryRun: flags['dry-run'] === true,
  };
}

/** The plan where nothing was asked for: the contract's limits, nothing named. */
export const defaultGatePlan = (): GatePlan => parseGateOptions({}, {}, 'workspace');

/** `1`, `true`, `yes`, `on`, whatever the case; everything else is no. */
export const isTruthy = (value: string | undefined): boolean => ['1', 'true', 'yes', 'on'].includes((value ?? '').trim().toLowerCase());

interface Given {
  readonly flags: GateFlags;
  readonly env: GateEnvironment;
  readonly from: ArtifactsFrom;
  readonly runtimeEvidenceOnly: boolean;
}

function plannedArtifact({ role, flag, env: prefix, says }: (typeof PATH_FLAGS)[number], given: Given): PlannedArtifact {
  const { flags, env, from, runtimeEvidenceOnly } = given;
  const path = textOf(flags[`${flag}-path`]) ?? textOf(env[`${prefix}_PATH`]);
  const always = ALWAYS_REQUIRED.includes(role);
  const flagRequires = flags[`${flag}-required`] === true;
  const envRequires = isTruthy(env[`${prefix}_REQUIRED`]);
  const runtimeRequires = runtimeEvidenceOnly && RUNTIME_REQUIRED.includes(role);
  const required = path !== null || always || flagRequires || envRequires || runtimeRequires;
  if (from === 'paths' && required && path === null) {
    const why = always
      ? 'every run needs it'
      : flagRequires
        ? `--${flag}-required was given`
        : envRequires
          ? `${prefix}_REQUIRED is set`
          : `${RUNTIME_ONLY.env} is set`;
    throw new AppError('BAD_INPUT', `The ${says} is required (${why}), but --${flag}-path was not given.`, {
      nextStep: `Name the file with --${flag}-path FILE or ${prefix}_PATH.`,
      details: { flag: `--${flag}-path`, env: `${prefix}_PATH` },
    });
  }
  return { path, required };
}

function limitOf(entry: (typeof LIMIT_FLAGS)[number], flags: GateFlags, env: GateEnvironment): number {
  const { flag, env: variable, otherwise } = entry;
  const byFlag = textOf(flags[flag]);
  const text = byFlag ?? textOf(env[variable]);
  if (text === null) return otherwise;
  const whole = 'whole' in entry;
  const value = whole ? (WHOLE.test(text) ? Number(text) : NaN) : DECIMAL.test(text) ? Number(text) : NaN;
  if (!Number.isFinite(value) || value <= 0) {
    const name = byFlag === null ? variable : `--${flag}`;
    throw new AppError('BAD_INPUT', `${name} must be a ${whole ? 'whole ' : ''}number above 0, not “${text.slice(0, 80)}”.`, {
      nextStep: `Give a number such as ${otherwise}, or leave ${name} out: ${otherwise} is the default.`,
      details: { flag: `--${flag}`, env: variable },
    });
  }
  return value;
}

const WHOLE = /^[+-]?\d{1,15}$/;
const DECIMAL = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;

function engineOf(flags: GateFlags, env: GateEnvironment): string {
  const given = flags[ENGINE_FLAG.flag];
  if (given !== undefined && textOf(given) === null) {
    throw new AppError('BAD_INPUT', `--${ENGINE_FLAG.flag} must not be empty.`, {
      nextStep: `Name the engine, such as ${ENGINE_FLAG.otherwise}, or leave --${ENGINE_FLAG.flag} out.`,
      details: { flag: `--${ENGINE_FLAG.flag}`, env: ENGINE_FLAG.env },
    });
  }
  return textOf(given) ?? textOf(env[ENGINE_FLAG.env]) ?? ENGINE_FLAG.otherwise;
}

function textOf(given: string | number | boolean | undefined): string | null {
  if (given === undefined || typeof given === 'boolean') return null;
  const text = String(given).trim();
  return text === '' ? null : text;
}
