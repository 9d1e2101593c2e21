import { expect, it } from 'vitest';
import { attackNames } from '../support/attack-case.ts';
import { describeShared, sharedData } from '../support/shared-data.ts';
import { verifyAttack } from '../support/verify-attack.ts';

const root = sharedData('attacks');
const names = attackNames(root);

describeShared('the attack corpus', () => {
  it('is there as a whole', () => {
    expect(names.length).toBe(135);
  });

  it.each(names)('%s: verdict, codes and places are as expected', async (name) => {
    const { misses } = await verifyAttack(root, name);
    expect(misses).toEqual([]);
  });
});
