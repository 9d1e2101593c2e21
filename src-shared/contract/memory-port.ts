import { createPortCore, type Port } from './port.ts';

/**
 * Two ports joined in memory: what one sends, the other gets in a later microtask, as over any real channel. For tests,
 * for the terminal and for the renderer's component tests.
 */
export const createMemoryPortPair = (): readonly [Port, Port] => {
  const cores = [createPortCore(), createPortCore()] as const;
  const closeBoth = (): void => {
    for (const core of cores) core.closed();
  };
  const end = (own: 0 | 1): Port => ({
    send: (text) => {
      if (cores[own].isClosed()) return;
      queueMicrotask(() => {
        cores[own === 0 ? 1 : 0].deliver(text);
      });
    },
    onFrame: cores[own].onFrame,
    close: closeBoth,
    onClose: cores[own].onClose,
  });
  return [end(0), end(1)];
};
