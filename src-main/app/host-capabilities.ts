/** What the machine under the app can do; each host brings its own, and the interface asks for it, never guesses. */
export interface HostCapabilities {
  readonly host: 'electron' | 'loopback' | 'cli' | 'memory';
  readonly secrets: SecretStore;
  /** Native dialogs: null where the host has none. Each answers null when the person closes it. */
  readonly pickFolder: ((options: { readonly title: string }) => Promise<string | null>) | null;
  readonly chooseSaveFile: ((options: { readonly title: string; readonly fileName: string }) => Promise<string | null>) | null;
  /** Shows the file or folder in the system's file manager. */
  readonly revealFile: ((path: string) => Promise<void>) | null;
  /** Asks the person, then opens a page in the system's browser; `refused` when the address is not on the list. */
  readonly openLink: ((url: string) => Promise<'opened' | 'declined' | 'refused'>) | null;
  /** What the system believes; true says nothing about any one server. */
  readonly isOnline: () => boolean;
}

/**
 * Secrets of this machine: bearer tokens of sources, signing keys. They never cross a port and are never in the workspace.
 * `system`: kept by the operating system's own store; `session`: in memory, gone when the app ends; `none`: refused.
 */
export interface SecretStore {
  readonly kind: 'system' | 'session' | 'none';
  readonly get: (name: string) => Promise<string | null>;
  /** @throws AppError when the store cannot keep it safely. */
  readonly set: (name: string, value: string) => Promise<void>;
  readonly delete: (name: string) => Promise<void>;
}

/** Keeps secrets until the process ends: for hosts without a system store. */
export const createSessionSecrets = (): SecretStore => {
  const values = new Map<string, string>();
  return {
    kind: 'session',
    get: (name) => Promise.resolve(values.get(name) ?? null),
    set: (name, value) => {
      values.set(name, value);
      return Promise.resolve();
    },
    delete: (name) => {
      values.delete(name);
      return Promise.resolve();
    },
  };
};
