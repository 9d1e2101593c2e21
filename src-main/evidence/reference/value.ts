/**
 * A JSON value as the reference verifiers read it. Whole numbers are exact (`bigint`), all others binary doubles (NaN and
 * the infinities among them); of a repeated key the last one wins and keeps the place of the first.
 */
export type Value = null | boolean | bigint | number | string | readonly Value[] | ObjectValue;

/** Members in the order in which their keys first stand in the text. */
export type ObjectValue = ReadonlyMap<string, Value>;

export const isObject = (value: Value | undefined): value is ObjectValue => value instanceof Map;
export const isArray = (value: Value | undefined): value is readonly Value[] => Array.isArray(value);
