import type { Readable } from 'node:stream';

/**
 * Files leave through one-time tickets, not through frames: a command makes the ticket, the host streams the file once.
 */
export interface Download {
  readonly fileName: string;
  readonly contentType: string;
  /** Opened when the ticket is used; the stream owns whatever it must clean up. */
  readonly open: () => Readable | Promise<Readable>;
}

export interface Downloads {
  issue(download: Download): string;
  /** Redeems a ticket once; null when it is unknown, used or older than ten minutes. */
  take(ticket: string): Download | null;
}

const LIFETIME_MS = 10 * 60_000;

export function createDownloads(options: { readonly newTicket: () => string; readonly now: () => Date }): Downloads {
  const open = new Map<string, { download: Download; until: number }>();
  return {
    issue: (download) => {
      const at = options.now().getTime();
      for (const [ticket, entry] of open) if (entry.until < at) open.delete(ticket);
      const ticket = options.newTicket();
      open.set(ticket, { download, until: at + LIFETIME_MS });
      return ticket;
    },
    take: (ticket) => {
      const entry = open.get(ticket);
      open.delete(ticket);
      return entry && entry.until >= options.now().getTime() ? entry.download : null;
    },
  };
}
