/** What this build is called. The version is the one of package.json; a test holds them together. */
export const PRODUCT = 'Countersign';
export const VERSION = '0.1.0';
