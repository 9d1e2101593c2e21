/**
 * The options of the release gate as a table: the flag, the environment variable that stands in for it, and what is meant
 * where neither is given (contract A.9). It imports nothing, so that the command line can list the options without loading
 * the gate. The flags without a counterpart in the contract (disposition, key rotation, monthly refresh) are named after
 * their variables.
 */
export const PATH_FLAGS = [
  { role: 'stress', flag: 'stress-evidence', env: 'ENFORCEMENT_STRESS_EVIDENCE', says: 'stress evidence' },
  {
    role: 'failure-injection',
    flag: 'failure-evidence',
    env: 'ENFORCEMENT_FAILURE_INJECTION_EVIDENCE',
    says: 'failure injection evidence',
  },
  { role: 'finance-guardrails', flag: 'finance-evidence', env: 'ENFORCEMENT_FINANCE_GUARDRAILS_EVIDENCE', says: 'finance guardrails' },
  {
    role: 'finance-telemetry',
    flag: 'finance-telemetry-snapshot',
    env: 'ENFORCEMENT_FINANCE_TELEMETRY_SNAPSHOT',
    says: 'finance telemetry snapshot',
  },
  {
    role: 'pricing-benchmarks',
    flag: 'pricing-benchmark-register',
    env: 'ENFORCEMENT_PRICING_BENCHMARK_REGISTER',
    says: 'pricing benchmark register',
  },
  { role: 'policy-decisions', flag: 'pkg-fin-policy-decisions', env: 'ENFORCEMENT_PKG_FIN_POLICY_DECISIONS', says: 'policy decisions' },
  {
    role: 'disposition-register',
    flag: 'valdrics-disposition-register',
    env: 'ENFORCEMENT_VALDRICS_DISPOSITION_REGISTER',
    says: 'disposition register',
  },
  { role: 'key-rotation-drill', flag: 'key-rotation-drill', env: 'ENFORCEMENT_KEY_ROTATION_DRILL', says: 'key rotation drill' },
] as const;

export type GateRole = (typeof PATH_FLAGS)[number]['role'];
export const GATE_ROLES: readonly GateRole[] = PATH_FLAGS.map(({ role }) => role);

/** Without these there is no run: the contract's runner requires their paths. */
export const ALWAYS_REQUIRED: readonly GateRole[] = ['stress', 'failure-injection'];
/** What must be named when only evidence made at run time counts (`ENFORCEMENT_RUNTIME_EVIDENCE_ONLY`). */
export const RUNTIME_REQUIRED: readonly GateRole[] = [
  'key-rotation-drill',
  'finance-guardrails',
  'finance-telemetry',
  'policy-decisions',
  'disposition-register',
];
export const RUNTIME_ONLY = { flag: 'runtime-evidence-only', env: 'ENFORCEMENT_RUNTIME_EVIDENCE_ONLY' } as const;

export const LIMIT_FLAGS = [
  { limit: 'stressMaxAgeHours', flag: 'stress-max-age-hours', env: 'ENFORCEMENT_STRESS_EVIDENCE_MAX_AGE_HOURS', otherwise: 48 },
  {
    limit: 'failureMaxAgeHours',
    flag: 'failure-max-age-hours',
    env: 'ENFORCEMENT_FAILURE_INJECTION_EVIDENCE_MAX_AGE_HOURS',
    otherwise: 48,
  },
  {
    limit: 'financeMaxAgeHours',
    flag: 'finance-max-age-hours',
    env: 'ENFORCEMENT_FINANCE_GUARDRAILS_EVIDENCE_MAX_AGE_HOURS',
    otherwise: 744,
  },
  {
    limit: 'telemetryMaxAgeHours',
    flag: 'finance-telemetry-max-age-hours',
    env: 'ENFORCEMENT_FINANCE_TELEMETRY_SNAPSHOT_MAX_AGE_HOURS',
    otherwise: 744,
  },
  {
    limit: 'benchmarkMaxSourceAgeDays',
    flag: 'pricing-benchmark-max-source-age-days',
    env: 'ENFORCEMENT_PRICING_BENCHMARK_MAX_SOURCE_AGE_DAYS',
    otherwise: 120,
  },
  {
    limit: 'decisionsMaxAgeHours',
    flag: 'pkg-fin-policy-decisions-max-age-hours',
    env: 'ENFORCEMENT_PKG_FIN_POLICY_DECISIONS_MAX_AGE_HOURS',
    otherwise: 744,
  },
  {
    limit: 'stressMinDurationSeconds',
    flag: 'stress-min-duration-seconds',
    env: 'ENFORCEMENT_STRESS_EVIDENCE_MIN_DURATION_SECONDS',
    otherwise: 30,
    whole: true,
  },
  {
    limit: 'stressMinConcurrentUsers',
    flag: 'stress-min-concurrent-users',
    env: 'ENFORCEMENT_STRESS_EVIDENCE_MIN_CONCURRENT_USERS',
    otherwise: 10,
    whole: true,
  },
  {
    limit: 'refreshMaxAgeDays',
    flag: 'monthly-finance-refresh-max-age-days',
    env: 'ENFORCEMENT_MONTHLY_FINANCE_REFRESH_MAX_AGE_DAYS',
    otherwise: 35,
  },
  {
    limit: 'refreshMaxCaptureSpreadDays',
    flag: 'monthly-finance-refresh-max-capture-spread-days',
    env: 'ENFORCEMENT_MONTHLY_FINANCE_REFRESH_MAX_CAPTURE_SPREAD_DAYS',
    otherwise: 14,
  },
  {
    limit: 'dispositionMaxAgeDays',
    flag: 'valdrics-disposition-max-age-days',
    env: 'ENFORCEMENT_VALDRICS_DISPOSITION_MAX_AGE_DAYS',
    otherwise: 45,
  },
  {
    limit: 'dispositionMaxReviewWindowDays',
    flag: 'valdrics-disposition-max-review-window-days',
    env: 'ENFORCEMENT_VALDRICS_DISPOSITION_MAX_REVIEW_WINDOW_DAYS',
    otherwise: 120,
  },
  {
    limit: 'keyRotationMaxAgeDays',
    flag: 'key-rotation-drill-max-age-days',
    env: 'ENFORCEMENT_KEY_ROTATION_DRILL_MAX_AGE_DAYS',
    otherwise: 120,
  },
] as const;

export type GateLimit = (typeof LIMIT_FLAGS)[number]['limit'];

export const ENGINE_FLAG = {
  flag: 'stress-required-database-engine',
  env: 'ENFORCEMENT_STRESS_EVIDENCE_REQUIRED_DATABASE_ENGINE',
  otherwise: 'postgresql',
} as const;
