/**
 * Runs when the frame that is being made has been painted: for what may come a moment after the figures around it. Gives a
 * function that takes it back.
 */
export function afterPaint(run: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | null = null;
  // The callback of a frame runs before it is painted, a timer that it sets runs after.
  const frame = requestAnimationFrame(() => {
    timer = setTimeout(run);
  });
  return () => {
    cancelAnimationFrame(frame);
    if (timer !== null) clearTimeout(timer);
  };
}
