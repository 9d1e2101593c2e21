import type { OutputOf } from '../../src-shared/contract/define.ts';
import type { Contract } from '../../src-shared/contract/index.ts';

type Ticket = OutputOf<Contract, 'receipt.export'>;

/** Fetches the file of a one-time ticket: a plain link, so that the browser streams it to disk. */
export const saveDownload = ({ ticket, fileName }: Ticket): void => {
  const link = document.createElement('a');
  link.href = `/downloads/${ticket}`;
  link.download = fileName;
  document.body.append(link);
  link.click();
  link.remove();
};
