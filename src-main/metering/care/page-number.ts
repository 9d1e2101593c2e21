import { AppError } from '../../../src-shared/kernel/errors.ts';

/** Where a page of numbered rows goes on, newest first: rows with a smaller number than this. */
export const pageNumber = (cursor: string | null): number => {
  if (cursor === null) return Number.MAX_SAFE_INTEGER;
  if (/^\d{1,15}$/.test(cursor)) return Number(cursor);
  throw new AppError('BAD_INPUT', 'That is not the beginning of a page.', { nextStep: 'Ask for the first page again.' });
};
