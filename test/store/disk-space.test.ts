import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assertHeadroom, forecastDisk, freeBytesAt, type SizeSample } from '../../src-main/store/disk-space.ts';
import { temporaryFolder } from './support/workspace-folder.ts';

const MB = 1024 * 1024;
const GB = 1024 * MB;
const day = (n: number, folderBytes: number): SizeSample => ({
  measuredAt: new Date(Date.UTC(2026, 4, 1) + n * 86_400_000).toISOString(),
  folderBytes,
});
const growing = (perDay: number, days = 10): SizeSample[] => Array.from({ length: days }, (_, n) => day(n, n * perDay));

describe('the disk forecast', () => {
  it('says nothing about days before a day has passed', () => {
    expect(forecastDisk([], 100 * GB)).toEqual({ state: 'ok', freeBytes: 100 * GB, bytesPerDay: null, daysLeft: null });
    expect(forecastDisk([day(0, 0), day(0.5, 50 * GB)], 100 * GB)).toMatchObject({ state: 'ok', daysLeft: null });
  });

  it('warns in time at a steady rate', () => {
    expect(forecastDisk(growing(1 * GB), 100 * GB)).toMatchObject({ state: 'ok', bytesPerDay: GB, daysLeft: 100 });
    expect(forecastDisk(growing(1 * GB), 29 * GB)).toMatchObject({ state: 'soon', daysLeft: 29 });
    expect(forecastDisk(growing(10 * GB), 29 * GB)).toMatchObject({ state: 'short', daysLeft: 2 });
  });

  it('warns where little is free, whatever the rate', () => {
    expect(forecastDisk([], 1 * GB)).toMatchObject({ state: 'soon' });
    expect(forecastDisk(growing(0), 100 * MB)).toMatchObject({ state: 'short', bytesPerDay: 0, daysLeft: null });
  });

  it('is not led astray by one large import or by a folder that shrank', () => {
    const steady = growing(MB, 11);
    const jump = steady.map((sample, n) => (n >= 5 ? { ...sample, folderBytes: sample.folderBytes + 20 * GB } : sample));
    expect(forecastDisk(jump, 10 * GB)).toMatchObject({ state: 'ok', bytesPerDay: MB });
    expect(forecastDisk(growing(-GB), 10 * GB)).toMatchObject({ bytesPerDay: 0, daysLeft: null });
  });

  it('leaves out samples it cannot place in time, and those taken within an hour', () => {
    expect(forecastDisk([...growing(GB), { measuredAt: 'yesterday', folderBytes: 7 }], 100 * GB)).toMatchObject({ bytesPerDay: GB });
    expect(forecastDisk([...growing(GB), day(9.001, 500 * GB)], 100 * GB)).toMatchObject({ bytesPerDay: GB });
  });

  it('does not depend on the order of the samples', () => {
    const sample = fc.record({ n: fc.integer({ min: 0, max: 400 }), folderBytes: fc.integer({ min: 0, max: 1e12 }) });
    fc.assert(
      fc.property(fc.uniqueArray(sample, { selector: ({ n }) => n, maxLength: 20 }), fc.integer({ min: 0, max: 1e12 }), (list, free) => {
        const samples = list.map(({ n, folderBytes }) => day(n / 4, folderBytes));
        expect(forecastDisk([...samples].reverse(), free)).toEqual(forecastDisk(samples, free));
      }),
    );
  });
});

describe('headroom', () => {
  it('is checked before a large write', async () => {
    const folder = temporaryFolder();
    expect(await freeBytesAt(folder)).toBeGreaterThan(0);
    await assertHeadroom(folder, 1);
    await expect(assertHeadroom(folder, 1e18)).rejects.toMatchObject({
      code: 'STORE_FULL',
      details: { freeBytes: expect.any(Number) as number },
    });
    await expect(freeBytesAt(`${folder}/gone`)).rejects.toMatchObject({ code: 'STORE_MISSING' });
  });
});
