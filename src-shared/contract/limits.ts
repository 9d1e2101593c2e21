/** What one connection may ask of the app. The same on every host, so that none is the weaker door. */
export interface ContractLimits {
  /** Largest frame a caller may send, in UTF-8 bytes. Files travel by ticket, not by frame. */
  readonly frameBytes: number;
  /** Largest answer or event, in UTF-8 bytes: pages are small, bodies are fetched one by one. */
  readonly answerBytes: number;
  /** Deepest nesting of a frame: deeper text is an attack on whoever walks it. */
  readonly depth: number;
  /** Calls of one connection that run at the same time. */
  readonly callsInFlight: number;
  /** Frames that fit no envelope after which the connection is closed. */
  readonly badFrames: number;
  /** Commands whose answer is remembered for a repeat of the same key. */
  readonly rememberedCommands: number;
  /** Text held for those commands, in UTF-16 units. */
  readonly rememberedLength: number;
}

export const CONTRACT_LIMITS: ContractLimits = {
  frameBytes: 1024 * 1024,
  answerBytes: 8 * 1024 * 1024,
  depth: 64,
  callsInFlight: 64,
  badFrames: 32,
  rememberedCommands: 1000,
  rememberedLength: 8 * 1024 * 1024,
};

/** Whether `text` takes more than `limit` bytes in UTF-8; looks at the characters only where the length does not tell. */
export const isLargerThan = (text: string, limit: number): boolean => {
  if (text.length > limit) return true;
  if (text.length * 3 <= limit) return false;
  let bytes = text.length;
  for (let i = 0; i < text.length; i += 1) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) continue;
    if (unit < 0x800) bytes += 1;
    else if (unit >= 0xd800 && unit <= 0xdbff) {
      // A pair of surrogates: two units, four bytes.
      bytes += 2;
      i += 1;
    } else bytes += 2;
    if (bytes > limit) return true;
  }
  return bytes > limit;
};
