import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface RendererFile {
  readonly contentType: string;
  /** Read at the first call, then kept: a build does not change while it is served. */
  readonly read: () => Promise<Buffer>;
}

/** Paths as they stand in an address (`/assets/index-4f2a.js`) with their files. */
export type RendererFiles = ReadonlyMap<string, RendererFile>;

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  html: 'text/html; charset=utf-8',
  ico: 'image/x-icon',
  js: 'text/javascript; charset=utf-8',
  json: 'application/json; charset=utf-8',
  png: 'image/png',
  svg: 'image/svg+xml; charset=utf-8',
  txt: 'text/plain; charset=utf-8',
  woff2: 'font/woff2',
};

const INDEX = '/index.html';

/**
 * Lists the built interface once. A request is looked up in this list and never joined to a folder, so no request can name
 * a file that is not in it. Source maps, links and kinds we do not know are left out.
 * @throws Error when the folder holds no index.html.
 */
export const listRendererFiles = (folder: string): RendererFiles => {
  const files = new Map<string, RendererFile>();
  const list = (at: string, prefix: string): void => {
    for (const entry of readdirSync(at, { withFileTypes: true })) {
      const path = `${prefix}/${entry.name}`;
      if (entry.isDirectory()) list(join(at, entry.name), path);
      const contentType = CONTENT_TYPES[entry.name.slice(entry.name.lastIndexOf('.') + 1).toLowerCase()];
      if (entry.isFile() && contentType !== undefined) files.set(path, { contentType, read: readOnce(join(at, entry.name)) });
    }
  };
  list(folder, '');
  if (!files.has(INDEX)) throw new Error('The interface is not built: its folder holds no index.html. Run `npm run build`.');
  return files;
};

const readOnce = (path: string): (() => Promise<Buffer>) => {
  let content: Promise<Buffer> | undefined;
  return () => (content ??= readFile(path));
};

/**
 * The file for a request path as it came, still percent-encoded and without query. Screens have their addresses in the
 * fragment, so the only document is the start page.
 * @returns null when there is nothing to serve, also for paths that try to climb.
 */
export const findRendererFile = (files: RendererFiles, path: string): RendererFile | null =>
  isPlainPath(path) ? (files.get(path === '/' ? INDEX : path) ?? null) : null;

/** Absolute, decodable, without empty, `.` or `..` segments in any encoding, backslashes or control characters. */
export const isPlainPath = (path: string): boolean => {
  if (!path.startsWith('/') || path.length > 2048) return false;
  let decoded: string;
  try {
    decoded = decodeURIComponent(path);
  } catch {
    return false;
  }
  if (/[\\\p{Cc}]/u.test(decoded) || decoded.includes('//')) return false;
  return !decoded.split('/').some((segment) => segment === '.' || segment === '..');
};
