import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { countText } from '../../../src/display/value-text.ts'
import type { RememberedAnswers } from '../../../src/model/import.ts'
import { forgetRemembered } from '../../api.ts'
import { Button } from '../../controls/button.tsx'
import { Card } from '../../controls/card.tsx'
import { Failure, Skeleton } from '../../controls/states.tsx'
import { rememberedQuery } from '../../queries.ts'
import { wordsOf } from './remembered-list.tsx'

/** What was answered and corrected, and for which files it holds; nothing while there is nothing. */
export function AnswersCard() {
  const remembered = useQuery(rememberedQuery)
  const client = useQueryClient()
  const forget = useMutation({
    mutationFn: forgetRemembered,
    onSettled: () => client.invalidateQueries({ queryKey: rememberedQuery.queryKey }),
  })
  if (remembered.data?.length === 0) return null
  return (
    <Card title="Remembered answers" detail="hold for the next files of their kind">
      {remembered.error && !remembered.data ? (
        <Failure error={remembered.error} onRetry={() => void remembered.refetch()} />
      ) : !remembered.data ? (
        <Skeleton className="h-16" />
      ) : (
        <>
          <ul className="-mt-2">
            {remembered.data.map((one) => (
              <Remembered
                key={one.id}
                one={one}
                busy={forget.isPending}
                onForget={() => forget.mutate(one.id)}
              />
            ))}
          </ul>
          {forget.error && <Failure error={forget.error} />}
          <p className="mt-2 text-meta text-text-2">
            Changed answers count when a file is imported again: until then its figures stay as they
            are. To change one, drop the file once more and press “Ask again”, or forget the answer
            here and import the file anew.
          </p>
        </>
      )}
    </Card>
  )
}

interface RememberedProps {
  readonly one: RememberedAnswers
  readonly busy: boolean
  readonly onForget: () => void
}

function Remembered({ one, busy, onForget }: RememberedProps) {
  const { file, source, headers, said } = one
  const name = file.split(/[\\/]/).at(-1) ?? file
  return (
    <li className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2 border-b border-border py-3 text-control last:border-0">
      <div className="min-w-0 flex-1 basis-60">
        <p className="font-medium wrap-anywhere">Files like {name}</p>
        <p className="truncate text-meta text-text-3" title={headers.join(', ')}>
          {source} · {countText(headers.length, 'column')}: {headers.join(', ')}
        </p>
        <ul className="mt-1">
          {said.map((each) => (
            <li key={`${each.kind} ${each.name}`} className="wrap-anywhere">
              {wordsOf(each)}
            </li>
          ))}
        </ul>
      </div>
      <Button onClick={onForget} disabled={busy} aria-label={`Forget what was said of ${name}`}>
        Forget
      </Button>
    </li>
  )
}
