import { createContext, useContext } from 'react';
import type { MissingField } from '../../../src-shared/contract/evidence.ts';

/** A document that is being made, as the form holds it. Pure. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

export const isJsonObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);
const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value);

const stepsOf = (pointer: string): string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));

export const valueAt = (document: Json, pointer: string): Json | undefined => {
  let at: Json | undefined = document;
  for (const step of stepsOf(pointer))
    at = isList(at) ? at[Number(step)] : isJsonObject(at) && Object.hasOwn(at, step) ? at[step] : undefined;
  return at;
};

/** The document with one value set; undefined takes the member away. Objects on the way are made. */
export const withValue = (document: JsonObject, pointer: string, value: Json | undefined): JsonObject =>
  set(document, stepsOf(pointer), value) as JsonObject;

const set = (at: Json | undefined, [step, ...rest]: readonly string[], value: Json | undefined): Json | undefined => {
  if (step === undefined) return value;
  if (isList(at)) {
    const items = [...at];
    const item = set(items[Number(step)], rest, value);
    if (item === undefined) items.splice(Number(step), 1);
    else items[Number(step)] = item;
    return items;
  }
  const members = isJsonObject(at) ? at : {};
  const member = set(Object.hasOwn(members, step) ? members[step] : undefined, rest, value);
  if (member === undefined) return Object.fromEntries(Object.entries(members).filter(([key]) => key !== step));
  return { ...members, [step]: member };
};

export const listAt = (document: Json, pointer: string): readonly Json[] => {
  const found = valueAt(document, pointer);
  return isList(found) ? found : [];
};

export const textAt = (document: Json, pointer: string): string => {
  const found = valueAt(document, pointer);
  return typeof found === 'string' ? found : '';
};

/** What a field of numbers holds: a number where the text is one, else the text itself, so that nothing typed is lost. */
export const numberOf = (text: string): Json => {
  const stripped = text.trim().replaceAll(',', '');
  if (stripped === '') return null;
  return /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/.test(stripped) && Number.isFinite(Number(stripped)) ? Number(stripped) : text;
};

export const numberText = (value: Json | undefined): string =>
  value === null || value === undefined ? '' : typeof value === 'number' || typeof value === 'string' ? String(value) : '';

export interface DraftForm {
  readonly document: JsonObject;
  readonly set: (pointer: string, value: Json | undefined) => void;
  readonly missing: readonly MissingField[];
}

export const DraftContext = createContext<DraftForm | null>(null);

export const useDraft = (): DraftForm => {
  const draft = useContext(DraftContext);
  if (draft === null) throw new Error('A field stands outside its form.');
  return draft;
};

/** What is still wrong with the field at `pointer`. */
export const useGap = (pointer: string): string | null => useDraft().missing.find((gap) => gap.pointer === pointer)?.says ?? null;
