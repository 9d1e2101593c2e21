import { createHash } from 'node:crypto';

/** Tokens of emitters: 256 random bits that are shown once; the workspace keeps their SHA-256. */

const PREFIX = 'csi_';
const SHOWN = 10;

/** @param random 32 bytes of the machine's own chance */
export const tokenOf = (random: Uint8Array): string => `${PREFIX}${Buffer.from(random).toString('base64url')}`;

/** What is compared and kept. A token has 256 random bits, so a plain hash is enough: there is nothing to guess. */
export const tokenHash = (token: string): string => createHash('sha256').update(token, 'utf8').digest('hex');

/** As much of it as is shown later, to tell tokens apart. */
export const tokenBegins = (token: string): string => token.slice(0, SHOWN);
