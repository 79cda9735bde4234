import { Download } from 'lucide-react';
import { queries } from '../../data/queries.ts';
import { useQuery } from '../../data/query.ts';
import { leavingWords } from '../../messages/leaving.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState, ErrorNotice, Waiting } from '../../ui/states.tsx';
import { momentText } from '../../ui/times.ts';
import { sizeText } from '../../ui/units.ts';
import { download } from '../export/download.ts';
import { csvOf, type Receipt } from './receipts-csv.ts';

/** What left this laptop, newest first: when, where to, by which rule, under which version of the settings. */
export function Receipts() {
  const { data, failure } = useQuery(queries.receipts);
  if (failure !== undefined) return <ErrorNotice message={failure.message} />;
  if (data === undefined) return <Waiting>{leavingWords.asking}</Waiting>;
  if (data.length === 0) {
    return <EmptyState title={leavingWords.noReceipts}>{leavingWords.noReceiptsHint}</EmptyState>;
  }
  const { columns } = leavingWords;
  return (
    <>
      <div className="tools receipts-tools">
        <span className="dim grow cut">{leavingWords.receiptsLead}</span>
        <Button icon={Download} onPress={() => download('receipts.csv', csvOf(data))}>
          {leavingWords.exportReceipts}
        </Button>
      </div>
      <div className="scroll" tabIndex={0} role="region" aria-label={leavingWords.receipts}>
        <table className="taken receipts">
          <thead>
            <tr>
              <th scope="col">{columns.at}</th>
              <th scope="col">{columns.what}</th>
              <th scope="col">{columns.to}</th>
              <th scope="col">{columns.rule}</th>
              <th scope="col" className="num end">
                {columns.version}
              </th>
            </tr>
          </thead>
          <tbody>
            {data.map((receipt) => (
              <tr key={receipt.id}>
                <td>
                  <time dateTime={receipt.at}>{momentText(receipt.at)}</time>
                </td>
                <td>{whatLeft(receipt)}</td>
                <td>{receipt.subject['host'] ?? receipt.destination}</td>
                <td className="mono-small">{[receipt.rule, receipt.decision].filter(Boolean).join(': ')}</td>
                <td className="num end">{receipt.subject['policy'] ?? ''}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

function whatLeft({ subject, rows, name }: Receipt): string {
  const { bytes, file, transactions } = subject;
  const changes = typeof transactions === 'number' ? transactions : rows;
  const what = file === undefined ? leavingWords.changes(changes) : (name ?? leavingWords.oneFile);
  return typeof bytes === 'number' ? `${what}, ${sizeText(bytes)}` : what;
}
