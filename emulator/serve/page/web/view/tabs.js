// Tabs: arrows move between them, as in any other program.
import {html} from './html.js'

/** @param {{label: string, tabs: string[][], open: string, choose: (id: string) => void, controls: string}} props */
export function Tabs({label, tabs, open, choose, controls}) {
  const onKeyDown = (/** @type {KeyboardEvent} */ e) => {
    const step = e.key === 'ArrowRight' ? 1 : e.key === 'ArrowLeft' ? -1 : 0
    if (!step) return
    e.preventDefault()
    e.stopPropagation()
    const at = tabs.findIndex(([id]) => id === open)
    const next = tabs[(at + step + tabs.length) % tabs.length][0]
    choose(next)
    const list = /** @type {HTMLElement} */ (e.currentTarget)
    requestAnimationFrame(() => /** @type {HTMLElement|null} */ (list.querySelector(`[data-tab="${next}"]`))?.focus())
  }
  return html`<div class="tabs" role="tablist" aria-label=${label} onKeyDown=${onKeyDown}>
    ${tabs.map(([id, text]) => html`<button key=${id} role="tab" data-tab=${id} aria-selected=${id === open ? 'true' : 'false'}
      aria-controls=${controls} tabindex=${id === open ? 0 : -1} onClick=${() => choose(id)}>${text}</button>`)}
  </div>`
}
