import type { Contract, z } from './define.ts';

/**
 * Refuses a contract whose schemas let unknown keys through: a key that is silently dropped is a caller who believes
 * something that did not happen.
 * @throws TypeError naming the procedure or event and the place.
 */
export const requireStrictContract = (contract: Contract): void => {
  for (const [name, entry] of Object.entries(contract)) {
    const schemas = entry.kind === 'event' ? { body: entry.schema } : { input: entry.input, output: entry.output };
    for (const [part, schema] of Object.entries(schemas)) {
      const [loose] = findLooseObjects(schema);
      if (loose !== undefined) {
        throw new TypeError(`The ${part} of ${name} lets unknown keys through at ${loose}: use z.strictObject there.`);
      }
    }
  }
};

/**
 * Paths (`$`, `$.filter`, `$.rows[]`) of every object schema that strips or passes unknown keys, in depth-first order.
 * A record (`z.record`) is not one of them: its keys are data and have a schema of their own.
 */
export const findLooseObjects = (schema: z.ZodType): string[] => {
  const found: string[] = [];
  const seen = new Set<unknown>();
  const visit = (node: unknown, path: string): void => {
    if (!isSchema(node) || seen.has(node)) return;
    seen.add(node);
    const def = node._zod.def;
    if (def['type'] === 'object') {
      if (!isSchema(def['catchall']) || def['catchall']._zod.def['type'] !== 'never') found.push(path);
      for (const [key, child] of Object.entries(def['shape'] as Record<string, unknown>)) visit(child, `${path}.${key}`);
    }
    visit(def['element'], `${path}[]`);
    visit(def['rest'], `${path}[]`);
    visit(def['valueType'], `${path}{}`);
    for (const key of ['innerType', 'left', 'right', 'in', 'out']) visit(def[key], path);
    for (const key of ['options', 'items']) {
      if (Array.isArray(def[key])) for (const child of def[key]) visit(child, path);
    }
    if (def['type'] === 'lazy') visit((def['getter'] as () => unknown)(), path);
  };
  visit(schema, '$');
  return found;
};

interface SchemaNode {
  readonly _zod: { readonly def: Readonly<Record<string, unknown>> };
}

const isSchema = (value: unknown): value is SchemaNode => typeof value === 'object' && value !== null && '_zod' in value;
