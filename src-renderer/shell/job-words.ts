import type { Job } from '../../src-shared/contract/host.ts';
import { byteSize, integer } from '../ui/format.ts';

/** How far a job has come, 0 to 1; null while the amount is not known. */
export const jobShare = (job: Job): number | null => {
  const { progress } = job;
  if (progress === null || progress.total === null || progress.total === 0) return null;
  return Math.min(1, progress.done / progress.total);
};

/** `38% · 4,608 of 12,029 receipts`; sizes in units that can be grasped. */
export const jobProgressWords = (job: Job): string => {
  const { progress } = job;
  if (progress === null) return '';
  const size = (n: number): string => (progress.unit === 'bytes' ? byteSize(n) : integer(n));
  const unit = progress.unit === 'bytes' ? '' : ` ${progress.unit}`;
  if (progress.total === null) return `${size(progress.done)}${unit}`;
  const share = jobShare(job);
  return `${share === null ? '' : `${Math.floor(share * 100)}%, `}${size(progress.done)} of ${size(progress.total)}${unit}`;
};
