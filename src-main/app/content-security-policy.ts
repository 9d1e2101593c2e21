/**
 * What the interface may load and do, sent as a header by both hosts so that no page of ours exists without it. Scripts,
 * styles and connections of our own origin only; no inline code, no eval, no frames, no forms. The one Trusted Types policy
 * is `default`: it returns the empty string alone, because the chart library clears its root that way.
 */
const DIRECTIVES = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "require-trusted-types-for 'script'",
  'trusted-types default',
] as const;

export const CONTENT_SECURITY_POLICY = DIRECTIVES.join('; ');

/** Headers of every answer of both hosts. No CORS header at all: nobody else may read us. */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'Content-Security-Policy': CONTENT_SECURITY_POLICY,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
};
