/** `source/chain folder`: how a chain is named in the console, at the terminal and in addresses. */
export const chainKeyOf = (sourceName: string, folder: string): string => `${sourceName}/${folder}`;

/** Source names hold no slash, folders may hold anything but one: the first slash parts the two. Null for what is no key. */
export const parseChainKey = (chainKey: string): { readonly sourceName: string; readonly folder: string } | null => {
  const slash = chainKey.indexOf('/');
  if (slash <= 0 || slash === chainKey.length - 1) return null;
  return { sourceName: chainKey.slice(0, slash), folder: chainKey.slice(slash + 1) };
};

const segment = (text: string): string => encodeURIComponent(text.toWellFormed()).replaceAll('%40', '@');

/** The address of a chain, or of one of its receipts (`index` counts from 0): `/receipts/northwind/pro@1.4/12`. */
export const chainAddress = (sourceName: string, folder: string, index?: number): string =>
  `/receipts/${segment(sourceName)}/${segment(folder)}${index === undefined ? '' : `/${index}`}`;
