import type { TooltipContent } from '../../src/display/build-option.ts'

/** Builds what a tooltip shows. Every word is set as text, so that no name can become markup. */
export function tooltipElement(content: TooltipContent): HTMLElement {
  const box = element('div', 'chart-tip')
  box.append(element('div', 'chart-tip-title', content.title))
  for (const line of content.lines) {
    const row = element('div', 'chart-tip-line')
    const name = element('span', 'chart-tip-name')
    if (line.color !== null) {
      const swatch = element('i', line.dashed ? 'chart-tip-dashed' : 'chart-tip-solid')
      swatch.style.borderColor = line.color
      name.append(swatch)
    }
    name.append(line.name)
    row.append(name, element('span', 'chart-tip-value', line.value))
    box.append(row)
  }
  if (content.footer) box.append(element('div', 'chart-tip-name', content.footer))
  return box
}

function element(tag: string, className: string, text = ''): HTMLElement {
  const made = document.createElement(tag)
  made.className = className
  made.textContent = text
  return made
}
