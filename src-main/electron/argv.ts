/**
 * The value of `--name value` or `--name=value`. Chromium adds switches of its own to the arguments, so unknown ones are
 * none of our business.
 * @returns null when it is not given, or without a value.
 */
export const optionOf = (argv: readonly string[], name: string): string | null => {
  const flag = `--${name}`;
  for (const [index, arg] of argv.entries()) {
    if (arg.startsWith(`${flag}=`)) return arg.slice(flag.length + 1) || null;
    if (arg === flag) {
      const next = argv[index + 1];
      return next === undefined || next.startsWith('--') ? null : next;
    }
  }
  return null;
};
