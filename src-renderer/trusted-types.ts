interface TrustedTypesHost {
  readonly trustedTypes?: { readonly createPolicy: (name: string, rules: { readonly createHTML: (input: string) => string }) => unknown };
}

/**
 * The one policy that the content security policy allows: the chart library empties its host with `innerHTML = ''`. The
 * empty string is let through, nothing else is.
 */
export const installTrustedTypes = (): void => {
  (globalThis as TrustedTypesHost).trustedTypes?.createPolicy('default', {
    createHTML: (input) => {
      if (input !== '') throw new TypeError('HTML from strings is not allowed here.');
      return input;
    },
  });
};
