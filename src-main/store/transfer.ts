const transferLists = new WeakMap<object, readonly ArrayBuffer[]>();

/** Marks the buffers of a task's result to be moved to the caller instead of copied. They must belong to nothing else. */
export const withTransfer = <T extends object>(result: T, transfer: readonly ArrayBuffer[]): T => {
  transferLists.set(result, transfer);
  return result;
};

/** The buffers of a result that are to be moved. */
export const transferOf = (value: unknown): readonly ArrayBuffer[] =>
  typeof value === 'object' && value !== null ? (transferLists.get(value) ?? []) : [];
