/** How the receipts of a chain are spelled and hashed: `jcs-sha256-1` for all new chains, `erlmcp-json-0` for imported documents. */
export type ChainProfile = 'jcs-sha256-1' | 'erlmcp-json-0';

const PROFILES: readonly ChainProfile[] = ['jcs-sha256-1', 'erlmcp-json-0'];

/** The profile of that name, or null where it is not known here. */
export const profileOf = (name: string): ChainProfile | null => PROFILES.find((profile) => profile === name) ?? null;
