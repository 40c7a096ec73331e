import { FileUp } from 'lucide-react'
import { type DragEvent, useRef, useState } from 'react'
import { Button } from '../../controls/button.tsx'
import { classNames } from '../../controls/class-names.ts'
import { droppedFiles } from './dropped-files.ts'

interface DropZoneProps {
  readonly onFiles: (files: readonly File[]) => void
}

/** Files or a folder, by drop or by button. */
export function DropZone({ onFiles }: DropZoneProps) {
  const [over, setOver] = useState(false)
  const files = useRef<HTMLInputElement>(null)
  const folder = useRef<HTMLInputElement>(null)
  const give = (chosen: readonly File[]) => {
    if (chosen.length > 0) onFiles(chosen)
  }
  const drop = (event: DragEvent) => {
    event.preventDefault()
    setOver(false)
    void droppedFiles(event.dataTransfer).then(give)
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is a second way; the buttons inside are the first
    <div
      data-testid="drop-zone"
      onDragOver={(event) => {
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
      className={classNames(
        'flex flex-col items-center gap-3 rounded-card border border-dashed px-4 py-10 text-center transition-colors',
        over ? 'border-accent bg-accent-weak' : 'border-border-input',
      )}
    >
      <FileUp aria-hidden className="size-6 text-text-3" strokeWidth={1.5} />
      <p className="text-body font-medium">Drop your shop's exports here</p>
      <p className="max-w-md text-control text-text-2">
        Orders, order lines, products, customers, stock: CSV, Excel, JSON, NDJSON or Parquet, also
        gzipped or zipped. Nothing is loaded before you have seen what was understood, and nothing
        leaves this machine.
      </p>
      <div className="mt-1 flex flex-wrap justify-center gap-2">
        <Button look="primary" onClick={() => files.current?.click()}>
          Choose files
        </Button>
        <Button onClick={() => folder.current?.click()}>Choose a folder</Button>
      </div>
      <input
        ref={files}
        type="file"
        multiple
        hidden
        aria-label="Files to import"
        onChange={(event) => give([...(event.target.files ?? [])])}
      />
      <input
        ref={folder}
        type="file"
        multiple
        hidden
        aria-label="Folder to import"
        {...{ webkitdirectory: '' }}
        onChange={(event) => give([...(event.target.files ?? [])])}
      />
    </div>
  )
}
