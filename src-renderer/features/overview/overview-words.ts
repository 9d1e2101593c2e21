import type { Need } from '../../../src-shared/contract/overview.ts';
import { integer } from '../../ui/format.ts';

const SMALL = ['Nothing', 'One', 'Two', 'Three', 'Four', 'Five', 'Six', 'Seven', 'Eight', 'Nine', 'Ten'] as const;

/** The line beside the title: how much waits, and what comes first. */
export const leadWords = (needs: readonly Need[]): string => {
  const first = needs[0];
  if (first === undefined) return 'Nothing needs you.';
  const many = SMALL[needs.length] ?? integer(needs.length);
  return needs.length === 1 ? 'One thing needs you.' : `${many} things need you. First: ${first.title}.`;
};
