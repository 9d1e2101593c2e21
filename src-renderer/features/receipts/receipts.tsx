import type { Address } from '../../router/address.ts';
import { hrefOf } from '../../router/router.ts';
import { Empty } from '../../ui/states.tsx';
import { ChainScreen } from './chain-screen.tsx';
import { ChainsScreen } from './chains-screen.tsx';
import { ReceiptScreen } from './receipt-screen.tsx';

/** `/receipts`, `/receipts/<source>/<chain folder>` and `/receipts/<source>/<chain folder>/<index>`. */
export function Receipts({ address }: { readonly address: Address }) {
  const [, source, folder, index, ...rest] = address.segments;
  if (source === undefined) return <ChainsScreen />;
  if (folder !== undefined && index === undefined) return <ChainScreen key={`${source}/${folder}`} source={source} folder={folder} />;
  if (folder !== undefined && index !== undefined && /^\d{1,15}$/.test(index) && rest.length === 0) {
    return <ReceiptScreen source={source} folder={folder} index={Number(index)} />;
  }
  return (
    <Empty icon="path-search" title="There is no chain at this address" action={<a href={hrefOf('/receipts')}>All chains</a>}>
      An address of a chain has its source and its folder: /receipts/northwind/pro@1.4
    </Empty>
  );
}
