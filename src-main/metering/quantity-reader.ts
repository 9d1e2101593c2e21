import { type ExactFault, readExact, toLimbs } from '../../src-shared/kernel/quantity.ts';

const BILLION = 1_000_000_000;

/**
 * Reads quantities into four limbs below 10⁹ each, as plain numbers: what rollups add up. A quantity as it is mostly written
 * (up to 15 digits before the point and 18 behind it) is read without a bigint.
 */
export class QuantityReader {
  giga = 0;
  units = 0;
  nano = 0;
  atto = 0;

  /** @returns null where it was read, `negative` below zero, otherwise why it is no exact quantity */
  read(text: string): ExactFault | 'negative' | null {
    const { length } = text;
    let at = 0;
    let whole = 0;
    for (; at < length; at += 1) {
      const digit = text.charCodeAt(at) - 0x30;
      if (!(digit >= 0 && digit <= 9)) break;
      whole = whole * 10 + digit;
    }
    if (at === 0 || at > 15 || (at > 1 && text.charCodeAt(0) === 0x30)) return this.readSlowly(text);
    this.nano = 0;
    this.atto = 0;
    if (at < length) {
      if (text.charCodeAt(at) !== 0x2e) return this.readSlowly(text);
      const places = length - at - 1;
      if (places === 0 || places > 18) return this.readSlowly(text);
      let nano = 0;
      let atto = 0;
      for (let place = 0; place < 18; place += 1) {
        const digit = place < places ? text.charCodeAt(at + 1 + place) - 0x30 : 0;
        if (!(digit >= 0 && digit <= 9)) return this.readSlowly(text);
        if (place < 9) nano = nano * 10 + digit;
        else atto = atto * 10 + digit;
      }
      this.nano = nano;
      this.atto = atto;
    }
    if (whole < BILLION) {
      this.giga = 0;
      this.units = whole;
    } else {
      this.giga = Math.floor(whole / BILLION);
      this.units = whole - this.giga * BILLION;
    }
    return null;
  }

  private readSlowly(text: string): ExactFault | 'negative' | null {
    const value = readExact(text);
    if (typeof value !== 'bigint') return value;
    if (value < 0n) return 'negative';
    this.set(value);
    return null;
  }

  /** Takes a value of attos that is not negative. */
  set(value: bigint): void {
    const { units, nano, atto } = toLimbs(value);
    this.giga = Number(units / 1_000_000_000n);
    this.units = Number(units % 1_000_000_000n);
    this.nano = Number(nano);
    this.atto = Number(atto);
  }
}

/** The column `units` of an event: a number where a double holds it. */
export const unitsColumn = (giga: number, units: number): number | bigint =>
  giga < 9_000_000 ? giga * BILLION + units : BigInt(giga) * 1_000_000_000n + BigInt(units);

/** Four limbs that were added up each for itself, as attos. */
export const attosOf = (limbs: {
  readonly giga: number | bigint;
  readonly units: number | bigint;
  readonly nano: number | bigint;
  readonly atto: number | bigint;
}): bigint =>
  ((BigInt(limbs.giga) * 1_000_000_000n + BigInt(limbs.units)) * 1_000_000_000n + BigInt(limbs.nano)) * 1_000_000_000n + BigInt(limbs.atto);
