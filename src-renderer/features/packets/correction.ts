import type { PacketAnswer } from './packet-context.tsx';

type Assumption = PacketAnswer['assumptions'][number];

const NUMBER = /^-?\d+(\.\d+)?$/;

/** An assumption that is a number stays one. */
const isNumber = (value: string): boolean => NUMBER.test(value);

/** Why a text cannot become the value; null where it can. */
export const correctionProblem = ({ value, min, max }: Assumption, text: string): string | null => {
  const typed = text.trim();
  if (typed === '') return 'Write the new value.';
  if (!isNumber(value)) return typed === value ? 'That is what stands there already.' : null;
  if (!NUMBER.test(typed)) return 'A number such as 0.48 is needed.';
  const number = Number(typed);
  if (number === Number(value)) return 'That is what stands there already.';
  if (min !== null && number < min) return `It may not be less than ${min}.`;
  if (max !== null && number > max) return `It may not be more than ${max}.`;
  return null;
};

/** As it will stand in the file. */
export const correctionValue = ({ value }: Assumption, text: string): number | string =>
  isNumber(value) ? Number(text.trim()) : text.trim();
