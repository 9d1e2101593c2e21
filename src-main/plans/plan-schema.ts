import { z } from '../../src-shared/contract/define.ts';
import { planSpecShape } from './plan-spec.ts';

export const PLAN_SCHEMA_FILE = 'plan.schema.json';

/** The JSON Schema (draft 2020-12) of what a plan file may hold, made from the rules that read it. */
export const planJsonSchema = (): Record<string, unknown> => ({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $id: 'urn:countersign:schema:plan:1',
  title: 'Plan specification',
  description: 'One version of a plan. Quantities and amounts are decimal texts. See docs/formats/plans.md.',
  ...withoutDialect(z.toJSONSchema(planSpecShape, { io: 'input' })),
});

const withoutDialect = ({ $schema: _, ...rest }: Record<string, unknown>): Record<string, unknown> => rest;
