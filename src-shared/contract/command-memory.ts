/** What a call ended with, ready to be sent again under another call id. */
export interface RememberedAnswer {
  /** The member, the procedure and the input as text: the same key with another of these is a conflict. */
  readonly fingerprint: string;
  /** The answer's body as JSON text; null while the command still runs. */
  readonly settled: string | null;
  readonly outcome: Promise<string>;
}

export interface CommandMemory {
  readonly find: (key: string) => RememberedAnswer | undefined;
  /** Remembers a running command; when `outcome` rejects it is forgotten, so that the same key may try again. */
  readonly remember: (key: string, fingerprint: string, outcome: Promise<string>) => void;
}

/**
 * Answers of recent commands by idempotency key, oldest forgotten first. Bounded by count and by the text held, so that a
 * caller cannot fill the memory; a running command is never forgotten.
 */
export const createCommandMemory = (limits: { readonly rememberedCommands: number; readonly rememberedLength: number }): CommandMemory => {
  const answers = new Map<string, RememberedAnswer>();
  let length = 0;

  const lengthOf = (key: string, answer: RememberedAnswer): number =>
    key.length + answer.fingerprint.length + (answer.settled?.length ?? 0);
  const forget = (key: string): void => {
    const answer = answers.get(key);
    if (answer === undefined) return;
    length -= lengthOf(key, answer);
    answers.delete(key);
  };
  const shrink = (): void => {
    for (const [key, answer] of answers) {
      if (answers.size <= limits.rememberedCommands && length <= limits.rememberedLength) return;
      if (answer.settled !== null) forget(key);
    }
  };
  const put = (key: string, answer: RememberedAnswer): void => {
    answers.set(key, answer);
    length += lengthOf(key, answer);
    shrink();
  };

  return {
    find: (key) => answers.get(key),
    remember: (key, fingerprint, outcome) => {
      const running: RememberedAnswer = { fingerprint, settled: null, outcome };
      put(key, running);
      outcome.then(
        (settled) => {
          if (answers.get(key) !== running) return;
          forget(key);
          put(key, { fingerprint, settled, outcome });
        },
        () => {
          if (answers.get(key) === running) forget(key);
        },
      );
    },
  };
};
