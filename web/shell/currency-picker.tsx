import { Popover } from '@base-ui/react/popover'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useId, useState } from 'react'
import { fullText } from '../../src/display/value-text.ts'
import { changeSettings } from '../api.ts'
import { Button } from '../controls/button.tsx'
import { classNames } from '../controls/class-names.ts'

/** The currency of all amounts, as a button that states or corrects it. */
export function CurrencyPicker({ currency }: { readonly currency: string | null }) {
  const [open, setOpen] = useState(false)
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger
        aria-label={currency === null ? undefined : `Currency: ${currency}`}
        className={classNames(
          'inline-flex min-h-6 items-center underline decoration-dotted underline-offset-4 hover:text-text',
          currency === null && 'text-warning',
        )}
      >
        {currency ?? 'currency not stated: set it'}
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Positioner sideOffset={6} align="start" collisionPadding={12} className="z-30">
          <Popover.Popup
            aria-label="Currency"
            className="reveal w-80 max-w-(--available-width) rounded-card border border-border bg-raised p-4 shadow-float outline-none"
          >
            <CurrencyForm currency={currency} onSaved={() => setOpen(false)} />
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  )
}

interface CurrencyFormProps {
  readonly currency: string | null
  readonly onSaved: () => void
}

/** The server is asked whether a code will do; what it has against one is shown in its words. */
function CurrencyForm({ currency, onSaved }: CurrencyFormProps) {
  const [text, setText] = useState(currency ?? '')
  const id = useId()
  const client = useQueryClient()
  const save = useMutation({
    mutationFn: changeSettings,
    onSuccess: async () => {
      onSaved()
      await client.invalidateQueries()
    },
  })
  return (
    <form
      className="flex flex-col gap-3 text-control"
      onSubmit={(event) => {
        event.preventDefault()
        save.mutate({ currency: text })
      }}
    >
      <label htmlFor={id} className="font-medium">
        Currency of all amounts
      </label>
      <input
        id={id}
        list={`${id}-codes`}
        value={text}
        placeholder="GBP"
        autoComplete="off"
        spellCheck={false}
        aria-describedby={`${id}-meaning`}
        aria-invalid={save.isError}
        onChange={(event) => setText(event.target.value)}
        className="h-9 rounded-control border border-border-input bg-surface px-3 uppercase placeholder:text-text-3 max-md:h-11"
      />
      <datalist id={`${id}-codes`}>
        {currencyCodes.map((code) => (
          <option key={code} value={code}>
            {names.of(code)}
          </option>
        ))}
      </datalist>
      <p id={`${id}-meaning`} aria-live="polite" className="text-text-2">
        {meaningOf(text)}
      </p>
      {save.error && (
        <p role="alert" className="wrap-anywhere text-negative">
          {save.error.message} {'hint' in save.error && String(save.error.hint)}
        </p>
      )}
      <Button type="submit" look="primary" disabled={save.isPending} className="self-start">
        Save
      </Button>
    </form>
  )
}

const currencyCodes = Intl.supportedValuesOf('currency')
const names = new Intl.DisplayNames('en', { type: 'currency' })

function meaningOf(text: string): string {
  const code = text.trim().toUpperCase()
  if (!currencyCodes.includes(code)) return 'A code of three letters, such as GBP, EUR or USD.'
  const example = fullText('1234.5', { label: '', unit: 'money', currency: code })
  return `${names.of(code)}: amounts read ${example}. Nothing is converted.`
}
