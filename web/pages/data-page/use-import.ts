import { type QueryClient, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import type { ImportAnswers, ImportSession } from '../../../src/model/wire.ts'
import { answerImport, commitImport, discardImport, type Upload, uploadFiles } from '../../api.ts'
import { importQuery, rememberedQuery } from '../../queries.ts'
import type { Search } from '../../search.ts'
import { useSearchState } from '../../view.ts'

/** Where an import stands, from the first byte to the figures. */
export type ImportStage =
  | { readonly name: 'idle' }
  | { readonly name: 'sending'; readonly files: number; readonly share: number }
  | { readonly name: 'opening' }
  | { readonly name: 'session'; readonly session: ImportSession }

export interface ImportFlow {
  readonly stage: ImportStage
  readonly error: Error | null
  /** Files in which something was corrected, so that they stay open. */
  readonly corrected: readonly string[]
  send(files: readonly File[]): void
  /** Stops an upload or drops what was read; nothing was loaded. */
  discard(): void
  /** Answers questions and corrects columns; the preview is made again. */
  answer(said: ImportAnswers): void
  commit(): void
  /** Back to the drop zone. */
  startAgain(): void
}

/** The id stands in the address, so that a reload finds the import again. */
export function useImport(): ImportFlow {
  const id = useSearchState().import
  const [sending, setSending] = useState<{ files: number; share: number } | null>(null)
  const [error, setError] = useState<Error | null>(null)
  const [corrected, setCorrected] = useState<readonly string[]>([])
  const upload = useRef<Upload | null>(null)
  const client = useQueryClient()
  const setId = useImportId()
  const session = useQuery({ ...importQuery(id ?? ''), enabled: id !== undefined })
  useRefreshedFigures(session.data)

  const attempt = async (step: () => Promise<void>) => {
    setError(null)
    try {
      await step()
    } catch (thrown) {
      setError(thrown as Error)
    }
  }
  const change = (step: (id: string) => Promise<void>) =>
    void attempt(async () => {
      if (id === undefined) return
      await step(id)
      await client.invalidateQueries({ queryKey: ['import', id] })
    })
  const startAgain = () => {
    setError(null)
    setCorrected([])
    setId(undefined)
  }

  return {
    stage: stageOf(id, sending, session.data),
    error: error ?? session.error,
    startAgain,
    corrected,
    answer: (said) => {
      setCorrected([...corrected, ...Object.keys(said.files ?? {})])
      change((open) => answerImport(open, said))
    },
    commit: () => change(commitImport),
    discard: () => {
      upload.current?.stop()
      if (id !== undefined) void discardImport(id).catch(() => undefined)
      startAgain()
    },
    send: (files) =>
      void attempt(async () => {
        setSending({ files: files.length, share: 0 })
        upload.current = uploadFiles(files, (share) => setSending({ files: files.length, share }))
        try {
          const opened = await upload.current.session
          client.setQueryData(importQuery(opened.id).queryKey, opened)
          setId(opened.id)
        } finally {
          setSending(null)
        }
      }),
  }
}

function stageOf(
  id: string | undefined,
  sending: { files: number; share: number } | null,
  session: ImportSession | undefined,
): ImportStage {
  if (sending) return { name: 'sending', ...sending }
  if (id === undefined) return { name: 'idle' }
  return session ? { name: 'session', session } : { name: 'opening' }
}

export function useImportId(): (id: string | undefined) => void {
  const navigate = useNavigate()
  return (id) =>
    void navigate({
      to: '.',
      search: ({ import: _, ...rest }: Search) =>
        id === undefined ? rest : { ...rest, import: id },
      replace: true,
      resetScroll: false,
    })
}

/** Everything that new rows change. */
export function refreshFigures(client: QueryClient): void {
  for (const key of ['shop', 'figures', 'runs', 'rejects', 'member-names', 'remembered']) {
    void client.invalidateQueries({ queryKey: [key] })
  }
}

/** New rows change everything that was asked before. */
function useRefreshedFigures(session: ImportSession | undefined): void {
  const client = useQueryClient()
  const state = session?.state
  useEffect(() => {
    // What was said is remembered even where nothing was new.
    if (state === 'unchanged') void client.invalidateQueries({ queryKey: rememberedQuery.queryKey })
    if (state === 'committed') refreshFigures(client)
  }, [client, state])
}
