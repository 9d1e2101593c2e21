/** Placeholder until the format lands. */
export const catalogueFiles = (_months: readonly string[]): readonly { readonly path: string; readonly text: string }[] => [];
