/**
 * The few names that Node, Electron and browsers all have and the ECMAScript library does not. In scope for src-shared
 * alone: the other trees bring their own, wider declarations of the same names.
 */
interface AbortSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
  addEventListener(type: 'abort', listener: () => void, options?: { readonly once?: boolean }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
  throwIfAborted(): void;
}

interface AbortController {
  readonly signal: AbortSignal;
  abort(reason?: unknown): void;
}

declare const AbortController: { new (): AbortController };

declare const crypto: { randomUUID(): string };

declare function queueMicrotask(callback: () => void): void;
