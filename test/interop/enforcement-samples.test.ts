/** The samples of the enforcement service: what passed then passes here, and its templates fail. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { readInstant } from '../../src-main/evidence/reference/timestamps.ts';
import { verifyEvidence } from '../../src-main/evidence/verify-artifact.ts';
import { describeShared, sharedData } from '../support/shared-data.ts';

const sample = (name: string) => ({ artifact: readFileSync(sharedData('evidence/2026-02-28', name)) });
const at = (text: string): bigint => {
  const read = readInstant(text);
  if (!read.ok) throw new Error(text);
  return read.at;
};

describeShared('samples of enforcement evidence', () => {
  it('the stress test holds the day after, and is too old two days after that', () => {
    const verify = (now: string) =>
      verifyEvidence('stress', sample('enforcement_stress_artifact_2026-02-27.json'), { maxArtifactAgeHours: 48 }, at(now));
    expect(verify('2026-02-28T12:00:00Z')).toMatchObject({ verdict: 'pass', message: null, derived: { error_rate_percent: 0 } });
    expect(verify('2026-03-02T12:00:00Z')).toMatchObject({ verdict: 'fail', field: 'captured_at' });
  });

  it('the failure drill holds the day after, and is too old two days after that', () => {
    const verify = (now: string) =>
      verifyEvidence('failure-injection', sample('enforcement_failure_injection_2026-02-27.json'), { maxArtifactAgeHours: 48 }, at(now));
    expect(verify('2026-02-28T12:00:00Z')).toMatchObject({ verdict: 'pass', message: null });
    expect(verify('2026-03-02T12:00:00Z')).toMatchObject({ verdict: 'fail', field: 'captured_at' });
  });

  it('the templates fail: they hold no time of capture', () => {
    const now = at('2026-02-28T12:00:00Z');
    expect(verifyEvidence('stress', sample('enforcement_stress_artifact_TEMPLATE.json'), {}, now)).toMatchObject({ field: 'captured_at' });
    const drill = verifyEvidence('failure-injection', sample('enforcement_failure_injection_TEMPLATE.json'), {}, now);
    expect(drill).toMatchObject({ verdict: 'fail', field: 'captured_at' });
  });
});
