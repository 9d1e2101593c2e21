import type { Readable } from 'node:stream';
import type { Port } from '../../src-shared/contract/port.ts';

/** All that a host sees of the app: it brings ports and carries files, and composes nothing itself. */
export interface HostedApp {
  /** Answers the contract on this connection until the port closes. */
  readonly serve: (port: Port) => void;
  /** Redeems a download ticket, which works once; null when it is unknown, used or too old. */
  readonly openDownload: (ticket: string) => Promise<HostedDownload | null>;
  /**
   * Redeems an upload ticket, which works once, and takes the file to its end. False when the ticket is unknown, used or
   * too old; nothing is read then.
   * @throws AppError when the file is refused.
   */
  readonly acceptUpload: (ticket: string, file: Readable) => Promise<boolean>;
  /** Ends jobs, closes the workspace. Calling it again does nothing. */
  readonly close: () => Promise<void>;
}

export interface HostedDownload {
  /** Without folders; hosts encode it. */
  readonly fileName: string;
  readonly contentType: string;
  readonly stream: Readable;
}

/** What a ticket looks like: at least 96 random bits, safe in a path. */
export const TICKET = /^[A-Za-z0-9_-]{16,128}$/;
/** `GET` delivers the file of a ticket, on both hosts. */
export const DOWNLOAD_PATH = '/downloads/';
/** `POST` takes the file for a ticket; loopback only: on the desktop files are picked in native dialogs. */
export const UPLOAD_PATH = '/uploads/';

/** `Content-Disposition` of RFC 6266: an ASCII fallback and the name itself, never a folder or a quote. */
export const attachment = (fileName: string): string => {
  const name = fileName
    .toWellFormed()
    .replaceAll(/[\\/]/g, '_')
    .replaceAll(/\p{Cc}/gu, '');
  const ascii = name.replaceAll(/[^ !#-[\]-~]/g, '_');
  const encoded = encodeURIComponent(name).replaceAll(/['()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`;
};
