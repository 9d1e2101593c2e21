/** Options that every command takes. */
export interface GlobalOptions {
  readonly workspace?: string;
  readonly as?: string;
  readonly now?: string;
  readonly json?: boolean;
}
