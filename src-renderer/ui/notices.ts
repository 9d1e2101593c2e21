import { create } from 'zustand';
import type { Status } from './status.tsx';

/** What just became fact, with its id and how to undo it; or what could not be done. */
export interface Notice {
  readonly id: number;
  readonly status: Status;
  readonly title: string;
  readonly text?: string | undefined;
  readonly address?: { readonly label: string; readonly to: string } | undefined;
  /** Only read aloud and shown shortly, as after copying. */
  readonly quiet?: boolean | undefined;
}

const MOST = 4;
let lastId = 0;

export const useNotices = create<{ readonly notices: readonly Notice[] }>()(() => ({ notices: [] }));

export const dismissNotice = (id: number): void => {
  useNotices.setState(({ notices }) => ({ notices: notices.filter((notice) => notice.id !== id) }));
};

/** Says something at the edge of the page; the newest four stay. Problems stay until they are closed. */
export const say = (notice: Omit<Notice, 'id'>): void => {
  lastId += 1;
  const id = lastId;
  useNotices.setState(({ notices }) => ({ notices: [...notices, { ...notice, id }].slice(-MOST) }));
};

/** How long a notice stays, ms; null: until it is closed. */
export const staysMs = (notice: Notice): number | null => {
  if (notice.status === 'bad' || notice.status === 'warn') return null;
  return notice.quiet === true ? 1800 : 8000;
};
